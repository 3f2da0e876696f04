using Traversal.Client.Network;
using Traversal.Peer.Reliable;
using Traversal.Primitives;

namespace Traversal.Client.Peers;

/// <content>What the path has to send, in runs of one size, which the system takes at once.</content>
internal sealed partial class ReliableCarrier
{
    private const int RunLength = 60_000;

    [ThreadStatic]
    private static byte[]? Run;

    // What the system had no room for, and the size of its datagrams.
    private byte[]? _held;
    private int _heldSize;

    /// <returns>False where the system has no room, and what was to be sent is held.</returns>
    private bool SendAll(MonotonicTime now)
    {
        if (_held is { } held)
        {
            _held = null;
            if (!Send(held, _heldSize)) return false;
        }

        byte[] run = Run ??= GC.AllocateUninitializedArray<byte>(RunLength + ReliablePath.MaxDatagramLength);
        int length = 0, size = 0;
        while (_path.TryTakeTransmit(run.AsSpan(length), now, out int next))
        {
            // A datagram that is shorter than those before it ends their run, and one that is longer begins another.
            if (next > size && length > 0)
            {
                if (!Send(run.AsSpan(0, length), size)) return false; // The next is lost too.

                run.AsSpan(length, next).CopyTo(run);
                length = 0;
            }

            if (length == 0) size = next;
            length += next;
            if (next == size && length + size <= RunLength) continue;

            if (!Send(run.AsSpan(0, length), size)) return false;
            length = 0;
        }

        return length == 0 || Send(run.AsSpan(0, length), size);
    }

    // Without a path they are as lost as they would be on a broken one, and are sent again.
    private bool Send(ReadOnlySpan<byte> datagrams, int size)
    {
        if (_ice.SendRun(datagrams, size, out int taken) != NetworkStatus.NoBuffer || taken >= datagrams.Length) return true;

        (_held, _heldSize) = (datagrams[taken..].ToArray(), size);
        return false;
    }
}
