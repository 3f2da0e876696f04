using Traversal.Primitives;
using Traversal.Transport;
using Traversal.Transport.Streams;
using Traversal.Turn;
using Traversal.Turn.Server;

namespace Traversal.Server;

/// <summary>The data plane: what came in goes to the machine, and what it decided goes out, in batches.</summary>
internal sealed partial class Shard
{
    private const int NoAllocation = RelayMachine.NoAllocation;

    private const int LeastWorthAnticipating = 4;

    private readonly Datagram[] _outgoing = new Datagram[256];
    private readonly int[] _owners = new int[64];
    private readonly int[] _hints = new int[64];
    private int _outgoingCount;
    private (SocketId Socket, int Allocation)[] _allocationOf = [];
    private int _replyStart = -1;

    private void OnDatagrams(ReadOnlySpan<Datagram> batch, in Clock now)
    {
        for (int first = 0; first < batch.Length; first += _hints.Length)
            OnPart(batch.Slice(first, Math.Min(_hints.Length, batch.Length - first)), in now);
    }

    private void OnPart(ReadOnlySpan<Datagram> part, in Clock now)
    {
        // A few datagrams wait for memory no longer than looking ahead would take.
        if (part.Length < LeastWorthAnticipating)
        {
            foreach (ref readonly Datagram datagram in part) OnDatagram(in datagram, in now, RelayMachine.NoHint);
            return;
        }

        for (int i = 0; i < part.Length; i++) _owners[i] = AllocationOf(part[i].Socket);
        _machine.Anticipate(part, _owners, _hints);
        for (int i = 0; i < part.Length; i++)
        {
            if (MayBeData(in part[i], _owners[i])) i += ForwardData(part[i..], _hints.AsSpan(i), in now);
            if (i < part.Length) OnDatagram(in part[i], in now, _hints[i]);
        }
    }

    // What comes by a proxy begins with a header, which may look like data.
    private bool MayBeData(in Datagram datagram, int owner) =>
        owner == NoAllocation && _proxies is null && ChannelData.LooksLikeChannelData(_engine.Slab.Slice(datagram.Start, datagram.Length));

    private int ForwardData(ReadOnlySpan<Datagram> batch, ReadOnlySpan<int> hints, in Clock now)
    {
        int count = _machine.ForwardData(batch, hints, _engine.Slab, in now, _outgoing.AsSpan(_outgoingCount));
        _outgoingCount += count;
        if (_outgoingCount == _outgoing.Length) Flush();
        return count;
    }

    private void OnDatagram(in Datagram datagram, in Clock now, int hint)
    {
        int allocation = AllocationOf(datagram.Socket);
        if (allocation == NoAllocation)
        {
            if (_proxies is not null && _proxies.Contains(datagram.Remote))
            {
                OnProxied(in datagram, in now);
                return;
            }

            RelayVerdict verdict = _machine.OnClientDatagram(
                datagram.Socket, datagram.Remote, _engine.Slab.Slice(datagram.Start, datagram.Length), ReplySpan(), in now, hint, datagram.Header);
            if (HasCommandsBefore(in verdict)) AnswerAfterCommands(in verdict, in now);
            else Dispatch(in verdict, datagram.Start);
        }
        else
        {
            int start = datagram.Start - DatagramEngine.Headroom;
            RelayVerdict verdict = _machine.OnPeerDatagram(
                allocation, datagram.Remote, _engine.Slab.Slice(start, DatagramEngine.Headroom + datagram.Length), in now, datagram.Header);
            Dispatch(in verdict, start);
        }
    }

    private void OnPathError(in PathError error, in Clock now)
    {
        int allocation = AllocationOf(error.Socket);
        if (allocation == NoAllocation) return;

        RelayVerdict verdict = _machine.OnPeerError(
            allocation, error.Destination, new IcmpError(error.Type, error.Code, error.Mtu), ReplySpan(), in now);
        Dispatch(in verdict, start: 0);
    }

    /// <summary>Does what a verdict says about bytes that are not in the slab, where what goes out by the engine must stand.</summary>
    private void DispatchForeign(in RelayVerdict verdict, ReadOnlySpan<byte> bytes, in Clock now)
    {
        switch (verdict.Action)
        {
            case RelayAction.Forward when StreamInbox.IsStream(verdict.Via):
                SendOnStream(verdict.Via, bytes.Slice(verdict.Offset, verdict.Length), isMedia: true);
                break;
            case RelayAction.Forward:
                int start = Reserve();
                bytes.Slice(verdict.Offset, verdict.Length).CopyTo(_engine.Slab[start..]);
                Send(in verdict, start, isMedia: true);
                break;
            case RelayAction.ForwardUnfragmented:
                int first = Reserve();
                bytes.Slice(verdict.Offset, verdict.Length).CopyTo(_engine.Slab[first..]);
                Send(ToDatagram(in verdict, first) with { DontFragment = true });
                break;
            case RelayAction.HandOver:
                HandOver(bytes.Slice(verdict.Offset, verdict.Length));
                break;
            case RelayAction.Reply when HasCommandsBefore(in verdict):
                AnswerAfterCommands(in verdict, in now);
                break;
            default:
                Dispatch(in verdict, start: 0);
                break;
        }
    }

    /// <summary>Does what a verdict says about bytes that begin at <paramref name="start"/> in the slab, or about the reply.</summary>
    private void Dispatch(in RelayVerdict verdict, int start)
    {
        switch (verdict.Action)
        {
            case RelayAction.Reply or RelayAction.LastReply:
                int replyStart = _replyStart;
                _replyStart = -1;
                Send(in verdict, replyStart, isMedia: false);
                break;
            case RelayAction.Forward:
                Send(in verdict, start + verdict.Offset, isMedia: true);
                break;
            case RelayAction.ForwardUnfragmented:
                Send(ToDatagram(in verdict, start + verdict.Offset) with { DontFragment = true });
                break;
            case RelayAction.HandOver:
                HandOver(_engine.Slab.Slice(start + verdict.Offset, verdict.Length));
                break;
        }
    }

    private void Send(in RelayVerdict verdict, int start, bool isMedia)
    {
        if (StreamInbox.IsStream(verdict.Via))
        {
            SendOnStream(verdict.Via, _engine.Slab.Slice(start, verdict.Length), isMedia);
            return;
        }

        Send(ToDatagram(in verdict, start));
    }

    private static Datagram ToDatagram(in RelayVerdict verdict, int start) =>
        new(verdict.Via, start, verdict.Length, verdict.Destination) { Header = verdict.Header };

    private void Send(in Datagram datagram)
    {
        _outgoing[_outgoingCount++] = datagram;
        if (_outgoingCount == _outgoing.Length) Flush();
    }

    private void SendOnStream(SocketId via, ReadOnlySpan<byte> bytes, bool isMedia)
    {
        if (Inbox.TryFind(via, out StreamConnection? connection)) connection.TrySend(bytes, isMedia);
    }

    private void Flush()
    {
        _engine.Send(_outgoing.AsSpan(0, _outgoingCount));
        Forget();
    }

    // After a defect too: what was to be sent stands in slots that the next batch is received into.
    private void Forget()
    {
        _outgoingCount = 0;
        _replyStart = -1;
    }

    private Span<byte> ReplySpan()
    {
        if (_replyStart < 0) _replyStart = Reserve();
        return _engine.Slab.Slice(_replyStart, DatagramEngine.MaxDatagram);
    }

    private int Reserve()
    {
        if (_engine.TryReserve(out int start)) return start;
        Flush();
        _engine.TryReserve(out start);
        return start;
    }

    // What a batch still has of a socket that was closed meanwhile is nobody's, though another one may have its place already.
    private int AllocationOf(SocketId socket)
    {
        int index = DatagramEngine.IndexOf(socket);
        return (uint)index < (uint)_allocationOf.Length && _allocationOf[index].Socket == socket ? _allocationOf[index].Allocation : NoAllocation;
    }

    private void SetAllocationOf(SocketId socket, int allocation)
    {
        int index = DatagramEngine.IndexOf(socket);
        if (index >= _allocationOf.Length) Array.Resize(ref _allocationOf, Math.Max(index + 1, 2 * _allocationOf.Length));
        _allocationOf[index] = (socket, allocation);
    }
}
