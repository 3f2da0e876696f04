using System.Runtime.InteropServices;
using Traversal.Turn.Server;

namespace Traversal.Server.Rings;

/// <summary>
/// What one shard hands over to one other: a ring of bytes that only the one writes and only the other reads, so that neither locks. Each end keeps a
/// copy of where the other was, and looks again only when it has come up to there. What does not fit is not taken.
/// </summary>
internal sealed partial class HandOverRing
{
    /// <summary>The least capacity in bytes: wherever the ring stands, the longest packet fits while it is empty.</summary>
    public const int MinCapacity = 256 << 10;

    private const int HeaderLength = PacketHeader.Size;

    private readonly byte[] _bytes;
    private Cursor _written;
    private Cursor _read;
    private Writer _writer;
    private Reader _reader;

    /// <summary>Makes a ring.</summary>
    /// <param name="capacity">Its length in bytes, a power of two of at least <see cref="MinCapacity"/>.</param>
    public HandOverRing(int capacity) => _bytes = GC.AllocateUninitializedArray<byte>(capacity);

    /// <summary>Writes a packet, which is read after the next <see cref="Publish"/>.</summary>
    /// <returns>False when there is no room.</returns>
    public bool TryWrite(in HandOver handOver, ReadOnlySpan<byte> data)
    {
        int length = LengthOf(data.Length);
        int position = PositionOf(_writer.Position);

        // A packet stands in one piece. Where there is none long enough, the end of the ring is skipped.
        int skipped = _bytes.Length - position < length ? _bytes.Length - position : 0;
        if (!HasRoom(skipped + length)) return false;

        if (skipped > 0)
        {
            Write(position, new PacketHeader { Length = PacketHeader.Skip });
            position = 0;
        }

        Write(position, new PacketHeader { Length = data.Length, HandOver = handOver });
        data.CopyTo(_bytes.AsSpan(position + HeaderLength + RelayMachine.Headroom));
        _writer.Position += skipped + length;
        return true;
    }

    /// <summary>Shows the reader what has been written.</summary>
    public void Publish() => Volatile.Write(ref _written.Position, _writer.Position);

    /// <summary>Reads the next packet: its bytes with the headroom of the machine, good until the next call. That call gives their room back.</summary>
    public bool TryRead(out HandOver handOver, out Span<byte> packetWithHeadroom)
    {
        handOver = default;
        packetWithHeadroom = default;
        if (_reader.Next != _reader.Position) Release();
        if (_reader.Position == _reader.Written)
        {
            _reader.Written = Volatile.Read(ref _written.Position);
            if (_reader.Position == _reader.Written) return false;
        }

        int position = PositionOf(_reader.Position);
        PacketHeader header = Read(position);
        if (header.Length == PacketHeader.Skip)
        {
            _reader.Position += _bytes.Length - position;
            position = 0;
            header = Read(position);
        }

        handOver = header.HandOver;
        packetWithHeadroom = _bytes.AsSpan(position + HeaderLength, RelayMachine.Headroom + header.Length);
        _reader.Next = _reader.Position + LengthOf(header.Length);
        return true;
    }

    private void Release()
    {
        _reader.Position = _reader.Next;
        Volatile.Write(ref _read.Position, _reader.Position);
    }

    private bool HasRoom(int length)
    {
        if (_writer.Position + length - _writer.Read <= _bytes.Length) return true;
        _writer.Read = Volatile.Read(ref _read.Position);
        return _writer.Position + length - _writer.Read <= _bytes.Length;
    }

    // A multiple of the header's length, so that a header always fits before the end.
    private static int LengthOf(int data) => (HeaderLength + RelayMachine.Headroom + data + HeaderLength - 1) & -HeaderLength;

    private int PositionOf(long position) => (int)position & (_bytes.Length - 1);

    private void Write(int position, in PacketHeader header) => MemoryMarshal.Write(_bytes.AsSpan(position, HeaderLength), in header);

    private PacketHeader Read(int position) => MemoryMarshal.Read<PacketHeader>(_bytes.AsSpan(position, HeaderLength));
}
