using System.Collections.Concurrent;
using Traversal.Primitives;
using Traversal.Transport;
using Traversal.Transport.Streams;
using Traversal.Turn.Server;

namespace Traversal.Server;

/// <summary>TCP allocations (RFC 6062): the control of connections with peers. Their bytes never come by here.</summary>
internal sealed partial class Shard
{
    /// <summary>After so many events of peers in a round it is the datagrams' turn again.</summary>
    private const int MaxPeerEventsInRound = 256;

    private readonly ConcurrentQueue<PeerEvent> _peerEvents = new();
    private volatile bool _hasPeerEvents;
    private readonly Dictionary<int, PeerPort> _peerPorts = [];
    private readonly PeerLinks _links;
    private readonly TimeSpan _rateBurst;
    private readonly TimeProvider _time;

    /// <summary>Tells the shard of a connection with a peer. Any thread may call it.</summary>
    public void Post(PeerEvent peerEvent)
    {
        _peerEvents.Enqueue(peerEvent);
        _hasPeerEvents = true;
        _engine.Wake();
    }

    private void ExecuteForPeers(in RelayCommand command, in Clock now)
    {
        switch (command.Kind)
        {
            case RelayCommandKind.Listen:
                Listen(in command, in now);
                break;
            case RelayCommandKind.StopListening:
                if (_peerPorts.Remove(command.Allocation, out PeerPort? port)) port.Dispose();
                _machine.OnRelayClosed(command.Address);
                break;
            case RelayCommandKind.Connect:
                var link = new PeerLink(this, _peerPorts[command.Allocation]);
                _links.Add(command.Connection, link);
                _ = link.ConnectAsync(command.Address);
                break;
            case RelayCommandKind.CloseConnection:
                if (_links.TryRemove(command.Connection, out PeerLink? closed)) closed.Close();
                break;
            case RelayCommandKind.BindConnection:
                Bind(in command);
                break;
            case RelayCommandKind.CloseClient:
                if (Inbox.TryFind(command.Client, out StreamConnection? client)) client.Close();
                break;
        }
    }

    private void Listen(in RelayCommand command, in Clock now)
    {
        RelayVerdict verdict;
        if (StreamPort.TryOpen(command.Address, out StreamPort? opened, out OpenFailure failure))
        {
            BytePace? pace = command.BytesPerSecond > 0 ? new BytePace(command.BytesPerSecond, _rateBurst, _time) : null;
            var port = new PeerPort(this, command.Allocation, opened, pace, _time);
            _peerPorts.Add(command.Allocation, port);
            _ = port.AcceptAllAsync();
            verdict = _machine.OnRelayOpened(command.Allocation, SocketId.None, ReplySpan(), in now);
            Trust(verdict.Via);
        }
        else
        {
            verdict = _machine.OnRelayFailed(command.Allocation, ReasonOf(failure), ReplySpan(), in now);
        }

        Dispatch(in verdict, start: 0);
    }

    private void Bind(in RelayCommand command)
    {
        if (!Inbox.TryFind(command.Client, out StreamConnection? client)) return;

        if (_links.TryFind(command.Connection, out PeerLink? link))
        {
            client.HandOver(link.CarryAsync);
        }
        else
        {
            client.Close();
        }
    }

    private void OnPeerEvents(in Clock now)
    {
        _hasPeerEvents = false; // First: what comes from here on sets it again.
        for (int i = 0; i < MaxPeerEventsInRound; i++)
        {
            if (!_peerEvents.TryDequeue(out PeerEvent peerEvent)) return;

            PeerLink link = peerEvent.Link;
            switch (peerEvent.Kind)
            {
                case PeerEventKind.Connected:
                    Dispatch(_machine.OnPeerConnected(link.Id, ReplySpan(), in now), start: 0);
                    break;
                case PeerEventKind.ConnectFailed:
                    _links.TryRemove(link.Id, out _);
                    Dispatch(_machine.OnPeerConnectFailed(link.Id, ReplySpan(), in now), start: 0);
                    break;
                case PeerEventKind.Arrived:
                    OnArrived(link, in now);
                    break;
                case PeerEventKind.Bound:
                    _machine.OnConnectionBound(link.Id, in now);
                    break;
                case PeerEventKind.Carried:
                    Count(link, in now);
                    break;
                case PeerEventKind.Closed:
                    _links.TryRemove(link.Id, out _);
                    Count(link, in now);
                    _machine.OnConnectionClosed(link.Id);
                    break;
            }
        }

        _hasPeerEvents = true;
    }

    private void OnArrived(PeerLink link, in Clock now)
    {
        uint id = _machine.OnPeerArrived(link.Allocation, link.Remote, ReplySpan(), in now, out RelayVerdict indication);
        if (id == 0)
        {
            link.Close();
        }
        else
        {
            _links.Add(id, link);
        }

        link.OnJudged();
        Dispatch(in indication, start: 0);
    }

    private void Count(PeerLink link, in Clock now)
    {
        (long toPeer, long toClient) = link.TakeCarried();
        _machine.OnConnectionCarried(link.Id, toPeer, toClient, in now);
    }
}
