namespace Traversal.Fuzz;

/// <summary>A reader of frames that knows nothing but the table: what a multiplexer sends is frames, the first of them a hello, and none behind the end.</summary>
internal sealed class FrameChecker
{
    private const int Hello = 1, Data = 2, LastData = 3, Reset = 6, Close = 13;

    private readonly HashSet<long> _ended = [];
    private bool _hasBegun, _hasEnded;

    /// <summary>Checks whole frames.</summary>
    public void Check(ReadOnlySpan<byte> frames)
    {
        while (!frames.IsEmpty)
        {
            int kind = frames[0];
            frames = frames[1..];
            long length = Number(ref frames);
            Invariant.Holds(kind is >= Hello and <= Close && length <= frames.Length && length < 16 * 1024, "A frame is one.");
            Invariant.Holds(!_hasEnded && (_hasBegun ? kind != Hello : kind is Hello or Close), "Hello is the first, and nothing follows the last.");
            CheckBody(kind, frames[..(int)length]);
            frames = frames[(int)length..];
            _hasBegun = true;
            _hasEnded = kind == Close;
        }
    }

    private void CheckBody(int kind, ReadOnlySpan<byte> body)
    {
        if (kind is not (Data or LastData or Reset)) return;

        long id = Number(ref body);
        Invariant.Holds(!_ended.Contains(id), "Nothing follows the end of a stream.");
        if (kind != Data) _ended.Add(id);
    }

    private static long Number(ref ReadOnlySpan<byte> bytes)
    {
        int length = 1 << (bytes[0] >> 6);
        long number = bytes[0] & 63;
        foreach (byte next in bytes[1..length]) number = number << 8 | next;
        bytes = bytes[length..];
        return number;
    }
}
