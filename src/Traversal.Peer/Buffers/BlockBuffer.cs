using System.Buffers;

namespace Traversal.Peer.Buffers;

/// <summary>
/// The bytes of a stream between two offsets that both move on, in blocks of a pool: memory for what is there, none for an idle stream.
/// </summary>
/// <param name="tally">Counts the blocks, with those of other streams; null for nobody.</param>
internal sealed class BlockBuffer(BlockTally? tally = null)
{
    /// <summary>How long a block is.</summary>
    public const int BlockLength = 16 * 1024;

    private byte[]?[] _blocks = [];
    private long _firstBlock;

    /// <summary>How many blocks more are needed to write so many bytes at an offset that is not yet released.</summary>
    public int CountNeeded(long offset, int length)
    {
        int needed = 0;
        for (long block = offset / BlockLength; block * BlockLength < offset + length; block++)
        {
            if (block - _firstBlock >= _blocks.Length || Slot(block) is null) needed++;
        }

        return needed;
    }

    /// <summary>Writes bytes at an offset that is not yet released.</summary>
    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            long block = offset / BlockLength;
            int start = (int)(offset % BlockLength);
            int length = Math.Min(bytes.Length, BlockLength - start);
            Require(block);
            bytes[..length].CopyTo(Rented(block).AsSpan(start));
            bytes = bytes[length..];
            offset += length;
        }
    }

    /// <summary>Reads bytes that were written and not yet released.</summary>
    public void Read(long offset, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            long block = offset / BlockLength;
            int start = (int)(offset % BlockLength);
            int length = Math.Min(destination.Length, BlockLength - start);
            Slot(block).AsSpan(start, length).CopyTo(destination);
            destination = destination[length..];
            offset += length;
        }
    }

    /// <summary>Says that bytes below an offset are not needed.</summary>
    public void ReleaseBelow(long offset)
    {
        long block = offset / BlockLength;
        for (; _firstBlock < block; _firstBlock++) Return(_firstBlock);
    }

    /// <summary>Says that no bytes are needed up to <paramref name="offset"/>, where the next ones are written, and gives back the last block too.</summary>
    public void ReleaseAll(long offset)
    {
        ReleaseBelow(offset);
        for (long block = _firstBlock; block < _firstBlock + _blocks.Length; block++) Return(block);
    }

    private ref byte[]? Slot(long block) => ref _blocks[(int)(block & (_blocks.Length - 1))];

    private byte[] Rented(long block)
    {
        ref byte[]? slot = ref Slot(block);
        if (slot is not null) return slot;

        if (tally is not null) tally.Held++;
        return slot = ArrayPool<byte>.Shared.Rent(BlockLength);
    }

    private void Return(long block)
    {
        if (_blocks.Length == 0) return;

        ref byte[]? slot = ref Slot(block);
        if (slot is null) return;

        ArrayPool<byte>.Shared.Return(slot);
        slot = null;
        if (tally is not null) tally.Held--;
    }

    private void Require(long block)
    {
        if (block - _firstBlock < _blocks.Length) return;

        int length = Math.Max(4, _blocks.Length * 2);
        while (block - _firstBlock >= length) length *= 2;
        byte[]?[] blocks = new byte[]?[length];
        for (long known = _firstBlock; known < _firstBlock + _blocks.Length; known++) blocks[(int)(known & (length - 1))] = Slot(known);
        _blocks = blocks;
    }
}
