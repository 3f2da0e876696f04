using Traversal.Primitives;
using Traversal.Transport;
using Traversal.Transport.Streams;
using Traversal.Turn;
using Traversal.Turn.Server;

namespace Traversal.Server;

/// <summary>The data plane: what came in goes to the machine, and what it decided goes out, in batches.</summary>
internal sealed partial class Shard
{
    private const int NoAllocation = -1;

    /// <summary>After so many frames of streams in a round it is the datagrams' turn again; the batch of one stream is not interrupted.</summary>
    private const int MaxFramesInRound = 1024;

    private const int LeastWorthAnticipating = 4;

    private readonly Datagram[] _outgoing = new Datagram[256];
    private readonly int[] _hints = new int[64];
    private int _outgoingCount;
    private (SocketId Socket, int Allocation)[] _allocationOf = [];
    private readonly SocketId[] _connections;
    private int _replyStart = -1;
    private bool _streamsWait;

    private void OnDatagrams(ReadOnlySpan<Datagram> batch, in Clock now)
    {
        // A few datagrams wait for memory no longer than looking ahead would take.
        if (batch.Length < LeastWorthAnticipating)
        {
            foreach (ref readonly Datagram datagram in batch) OnDatagram(in datagram, in now, RelayMachine.NoHint);
            return;
        }

        for (int first = 0; first < batch.Length; first += _hints.Length)
        {
            ReadOnlySpan<Datagram> part = batch.Slice(first, Math.Min(_hints.Length, batch.Length - first));
            for (int i = 0; i < part.Length; i++) _hints[i] = Foresee(in part[i]);
            for (int i = 0; i < part.Length; i++) _hints[i] = Anticipate(in part[i], _hints[i]);
            for (int i = 0; i < part.Length; i++) OnDatagram(in part[i], in now, _hints[i]);
        }
    }

    private int Foresee(in Datagram datagram) =>
        AllocationOf(datagram.Socket) == NoAllocation ? _machine.Foresee(datagram.Socket, datagram.Remote) : RelayMachine.NoHint;

    private int Anticipate(in Datagram datagram, int foreseen)
    {
        int allocation = AllocationOf(datagram.Socket);
        if (allocation == NoAllocation) return _machine.Anticipate(foreseen);

        _machine.AnticipatePeer(allocation);
        return RelayMachine.NoHint;
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

    /// <summary>
    /// Works off the streams that have something, until there are none or they have had their share of the round: they bring more as fast as they
    /// are worked off, and datagrams and timers must not wait for their end.
    /// </summary>
    private void OnStreams(in Clock now)
    {
        int frames = 0;
        _streamsWait = true;
        while (frames < MaxFramesInRound)
        {
            if (!Inbox.TryTake(out StreamConnection? connection))
            {
                _streamsWait = false;
                return;
            }

            frames += 1 + OnStream(connection, in now);
        }
    }

    private int OnStream(StreamConnection connection, in Clock now)
    {
        int frames = 0;
        try
        {
            if (IsNew(connection.Id)) _machine.OnClientConnected(connection.Id, connection.Local, connection.Remote, connection.IsAttached);
            for (bool goesOn = true; goesOn && connection.TryReadFrame(out Span<byte> frame); frames++) goesOn = OnFrame(connection, frame, in now);
            if (connection.HasEnded)
            {
                _connections[StreamInbox.IndexOf(connection.Id)] = SocketId.None;
                _machine.OnClientGone(connection.Id, in now);
            }
        }
        finally
        {
            connection.Release();
        }

        return frames;
    }

    private bool IsNew(SocketId connection)
    {
        ref SocketId known = ref _connections[StreamInbox.IndexOf(connection)];
        if (known == connection) return false;
        known = connection;
        return true;
    }

    private bool OnFrame(StreamConnection connection, Span<byte> frame, in Clock now)
    {
        RelayVerdict verdict = _machine.OnClientDatagram(connection.Id, connection.Remote, frame, ReplySpan(), in now);
        DispatchForeign(in verdict, frame, in now);
        if (verdict.Action != RelayAction.LastReply) return true;

        Execute(in now);
        return false;
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
