using Traversal.Peer.Reliable;
using Traversal.Primitives;

namespace Traversal.Client.Peers;

/// <content>The bytes of the one conversation.</content>
internal sealed partial class ReliableCarrier
{
    /// <summary>How much waits to be sent for the first time: more would only make what is written later wait behind it.</summary>
    private const int MinUnsent = 64 << 10, MaxUnsent = 1 << 20;

    private const double UnsentSeconds = 0.05;

    private bool _isWriterWaiting;

    private int UnsentLimit => (int)Math.Clamp(_path.Bandwidth * UnsentSeconds, MinUnsent, MaxUnsent);

    private bool HasRoom => _conversation is not { } conversation || _path.IsClosed || conversation.UnsentLength <= UnsentLimit / 2;

    /// <summary>Reads what has come; no bytes to learn whether any have.</summary>
    /// <param name="buffer">Receives them.</param>
    /// <param name="length">How many; 0 at the end.</param>
    /// <returns>False where there are none yet.</returns>
    /// <exception cref="IOException">There will be none.</exception>
    public bool TryRead(Span<byte> buffer, out int length)
    {
        Woken woken = Woken.Nobody;
        lock (_gate)
        {
            length = 0;
            if (_conversation is { ReadableLength: > 0 } conversation)
            {
                if (buffer.IsEmpty) return true;

                length = conversation.Read(buffer);
                if (!_isOver) woken = Serve(_clock.Now); // The other side may be waiting for room.
            }
            else if (_conversation is { IsAtEnd: true })
            {
                return true;
            }
            else
            {
                ThrowIfBroken();
                return false;
            }
        }

        Wake(woken);
        return true;
    }

    /// <summary>Writes as much as there is room for.</summary>
    /// <exception cref="IOException">Nothing more can be written.</exception>
    public int Write(ReadOnlySpan<byte> bytes)
    {
        int length = 0;
        Woken woken;
        lock (_gate)
        {
            ThrowIfBroken();
            if (_conversation is { } conversation)
            {
                int room = (int)Math.Max(0, UnsentLimit - conversation.UnsentLength);
                if (room > 0) length = conversation.Write(bytes[..Math.Min(bytes.Length, room)]);
            }

            woken = Serve(_clock.Now);
            _isWriterWaiting = length < bytes.Length;
        }

        Wake(woken);
        return length;
    }

    private void ThrowIfBroken()
    {
        if (_isOver) throw new IOException("The path was given up.");
        if (_conversation is { PeerResetCode: not null } or { PeerStopCode: not null }) throw new IOException("The other side has given up its stream.");
        if (!_path.IsClosed) return;

        throw new IOException(_path.CloseReason switch
        {
            ReliableCloseReason.TimedOut => "Nothing was heard of the other side.",
            ReliableCloseReason.ClosedByPeer => "The other side has closed the path.",
            ReliableCloseReason.ProtocolViolation => "The other side does not keep to the rules of the path.",
            _ => "The path is closed.",
        });
    }
}
