using Traversal.Peer.Wire;

namespace Traversal.Peer.Multiplexing.Wire;

/// <summary>Frames that are numbers and nothing else.</summary>
internal static class MultiplexerFrameExtensions
{
    /// <summary>Writes a frame of no number.</summary>
    public static void WriteControl(this ref FrameWriter writer, MultiplexerFrame frame)
    {
        writer.WriteByte((byte)frame);
        writer.Write(0);
    }

    /// <summary>Writes a frame of one number.</summary>
    public static void WriteControl(this ref FrameWriter writer, MultiplexerFrame frame, long number)
    {
        writer.WriteByte((byte)frame);
        writer.Write(FrameWriter.LengthOf(number));
        writer.Write(number);
    }

    /// <summary>Writes a frame of two numbers.</summary>
    public static void WriteControl(this ref FrameWriter writer, MultiplexerFrame frame, long first, long second)
    {
        writer.WriteByte((byte)frame);
        writer.Write(FrameWriter.LengthOf(first) + FrameWriter.LengthOf(second));
        writer.Write(first);
        writer.Write(second);
    }
}
