using System.Buffers;
using Traversal.Turn;

namespace Traversal.Fuzz;

/// <summary>
/// The stream framer: whatever pieces the bytes of a stream come in, the frames are the same. The first eight bytes of the input say where it is
/// cut, the rest is the stream.
/// </summary>
internal sealed class StreamFramerTarget : IFuzzTarget
{
    private const int CutBytes = 8;

    /// <summary>Frames of a stream that are compared; more would look like a hang.</summary>
    private const int MaxFrames = 256;

    public static string Name => "stream-framer";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        ReadOnlySpan<byte> cuts = input[..Math.Min(CutBytes, input.Length)], stream = input[cuts.Length..];
        int position = 0;
        for (int frames = 0; frames < MaxFrames; frames++)
        {
            ReadOnlySpan<byte> rest = stream[position..];
            OperationStatus status = TurnFrame.TryRead(rest, out int frameLength, out int consumed);
            CheckFrame(rest, status, frameLength, consumed);
            CheckPieces(rest, cuts, status, frameLength, consumed);
            if (status != OperationStatus.Done) return;
            position += consumed;
        }
    }

    private static void CheckFrame(ReadOnlySpan<byte> rest, OperationStatus status, int frameLength, int consumed)
    {
        if (status != OperationStatus.Done)
        {
            Invariant.Holds(consumed == 0 && (frameLength == 0 || status == OperationStatus.NeedMoreData), "Where there is no frame it has no length.");
            Invariant.Holds(frameLength == 0 || frameLength + 3 >= rest.Length, "What is whole is not waited for.");
            Invariant.Holds(status == OperationStatus.InvalidData || rest.Length < TurnFrame.MaxLength, "The longest frame fits its buffer.");
            return;
        }

        bool isChannelData = rest[0] >> 6 == 1;
        int length = NaiveReader.Word(rest, 2) + (isChannelData ? 4 : 20);
        Invariant.Holds(frameLength == length && (isChannelData || length % 4 == 0), "A frame has the length that it says.");
        Invariant.Holds(consumed >= length && consumed - length < 4 && consumed % 4 == 0 && consumed <= rest.Length, "Padding fills a word.");
        Invariant.Holds(consumed == length || isChannelData, "Only ChannelData is padded.");
        if (!isChannelData) return;

        bool isRead = ChannelData.TryRead(rest[..frameLength], out ChannelNumber channel, out int dataLength);
        Invariant.Holds(isRead && channel.Value == NaiveReader.Word(rest, 0) && dataLength == length - 4, "A frame of ChannelData is one.");
    }

    // What less of the stream says must not be contradicted by more of it, and bytes behind a frame change nothing.
    private static void CheckPieces(ReadOnlySpan<byte> rest, ReadOnlySpan<byte> cuts, OperationStatus status, int frameLength, int consumed)
    {
        int have = 0;
        foreach (byte cut in cuts)
        {
            have += cut % 32 + 1;
            if (have >= rest.Length) break;

            OperationStatus early = TurnFrame.TryRead(rest[..have], out int earlyLength, out int earlyConsumed);
            OperationStatus expected = status == OperationStatus.Done && have < consumed ? OperationStatus.NeedMoreData : status;
            bool isSame = early == status && earlyLength == frameLength && earlyConsumed == consumed;
            bool isLess = early == OperationStatus.NeedMoreData && expected is OperationStatus.NeedMoreData or OperationStatus.InvalidData;
            Invariant.Holds(isSame && have >= consumed || isLess, "Pieces make the same frames.");
        }
    }
}
