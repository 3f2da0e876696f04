using System.Buffers;

namespace Traversal.Transport.Streams;

/// <summary>Bytes that are added behind and taken or dropped in front, in one array of the pool.</summary>
internal struct ByteRun
{
    private const int SmallBuffer = 4 << 10;

    private byte[]? _array;
    private int _start;
    private int _end;

    public readonly int Length => _end - _start;

    public readonly ReadOnlySpan<byte> Span => _array.AsSpan(_start, Length);

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (_array is null || _array.Length - _end < bytes.Length) MakeRoom(bytes.Length);
        bytes.CopyTo(_array.AsSpan(_end));
        _end += bytes.Length;
    }

    public void Drop(int length) => _start += length;

    /// <summary>Gives away all bytes with their array, which the taker returns to the pool.</summary>
    public ArraySegment<byte> Take()
    {
        var taken = new ArraySegment<byte>(_array ?? [], _start, Length);
        this = default;
        return taken;
    }

    private void MakeRoom(int more)
    {
        int length = Length;
        byte[]? array = _array;

        // Moving is worth it only where it frees at least as much as it moves.
        if (array is null || array.Length < 2 * length || array.Length < length + more)
        {
            array = ArrayPool<byte>.Shared.Rent(Math.Max(SmallBuffer, (length + more) * 2));
        }

        _array.AsSpan(_start, length).CopyTo(array);
        if (_array is not null && array != _array) ArrayPool<byte>.Shared.Return(_array);
        _array = array;
        _start = 0;
        _end = length;
    }
}
