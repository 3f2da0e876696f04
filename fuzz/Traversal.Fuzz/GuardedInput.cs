namespace Traversal.Fuzz;

/// <summary>
/// Memory that ends where the input ends: the codec reads through references that nobody checks, and a read behind the last byte hits a page
/// that ends the process.
/// </summary>
internal static unsafe class GuardedInput
{
    [ThreadStatic]
    private static byte* _start;

    /// <summary>Copies the input there, in the place of the one before; one that is longer than afl-fuzz makes is cut.</summary>
    public static Span<byte> Copy(ReadOnlySpan<byte> input)
    {
        if (_start is null) _start = LibC.MapGuarded(Protocol.MaxInput);
        int length = Math.Min(input.Length, Protocol.MaxInput);
        var copy = new Span<byte>(_start + Protocol.MaxInput - length, length);
        input[..length].CopyTo(copy);
        return copy;
    }
}
