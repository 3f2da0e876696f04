using Traversal.Peer.Wire;

namespace Traversal.Peer.Reliable.Wire;

/// <summary>The kinds of frames among their fields.</summary>
internal static class FrameTypeExtensions
{
    /// <summary>Reads the kind of the next frame.</summary>
    public static FrameType ReadType(this ref FrameReader reader) => (FrameType)reader.ReadByte();

    /// <summary>Writes the kind of a frame.</summary>
    public static void Write(this ref FrameWriter writer, FrameType type) => writer.WriteByte((byte)type);
}
