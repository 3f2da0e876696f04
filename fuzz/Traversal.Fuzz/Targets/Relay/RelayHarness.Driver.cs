using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Fuzz;

/// <content>The driver's part: relay sockets are opened and closed as the machine asks.</content>
internal sealed partial class RelayHarness
{
    private void TakeCommands(int client = -1, RelayKey? key = null)
    {
        while (_machine.TryTakeCommand(out RelayCommand command))
        {
            if (command.Kind == RelayCommandKind.OpenRelay) Accept(in command, client, key);
            else Close(in command);
        }

        Invariant.Holds(_open.Count <= _options.MaxAllocations, "There are no more sockets than allocations.");
    }

    private void Accept(in RelayCommand command, int client, RelayKey? key)
    {
        TransportAddress address = command.Address;
        bool isInRange = address.Port >= _options.MinPort && address.Port <= _options.MaxPort;
        Invariant.Holds(isInRange && !_open.Exists(relay => relay.Address == address), "A relay gets a port of its own in the range.");
        _pending.Add(new RelaySocket(command.Allocation, address, client, key));
    }

    private void Close(in RelayCommand command)
    {
        SocketId socket = command.Relay;
        int index = _open.FindIndex(relay => relay.Socket == socket);
        Invariant.Holds(index >= 0 && _open[index].Handle == command.Allocation, "What is closed was open.");
        _closedHandles.Add(command.Allocation);
        _open.RemoveAt(index);
        _machine.OnRelayClosed(command.Address);
        int client = Array.FindIndex(_allocations, allocation => allocation?.Relays.Exists(relay => relay.Socket == socket) == true);
        if (client < 0) return;

        ModelAllocation allocation = _allocations[client]!;
        allocation.End(allocation.Relays.Find(relay => relay.Socket == socket)!);
        if (allocation.Relays.Count == 0) _allocations[client] = null;
    }

    private void AnswerCommand(int index, int how)
    {
        RelaySocket asked = _pending[index];
        _pending.RemoveAt(index);
        if (how < 2) Open(asked);
        else Refuse(asked, how == 2 ? RelayOpenFailure.PortTaken : RelayOpenFailure.Exhausted);
    }

    private void Refuse(RelaySocket asked, RelayOpenFailure why)
    {
        RelayVerdict verdict = _machine.OnRelayFailed(asked.Handle, why, _reply, in _now);
        if (verdict.Action != RelayAction.Drop)
        {
            StunMessage answer = ReadAnswer(asked, in verdict);

            // Of two relays that were asked for the other may be there.
            bool hasOther = _open.Exists(relay => relay.Handle == asked.Handle);
            StunClass expected = hasOther ? StunClass.SuccessResponse : StunClass.ErrorResponse;
            Invariant.Holds(answer.Class == expected && answer.Method == StunMethod.Allocate, "Who gets no relay is told.");
            if (hasOther) Remember(asked, answer);
        }

        TakeCommands(asked.Client, asked.Key);
    }

    private void Open(RelaySocket asked)
    {
        RelaySocket opened = asked with { Socket = new SocketId(_nextSocket++) };
        _open.Add(opened);
        RelayVerdict verdict = _machine.OnRelayOpened(opened.Handle, opened.Socket, _reply, in _now);
        if (verdict.Action != RelayAction.Drop)
        {
            StunMessage answer = ReadAnswer(opened, in verdict);
            Invariant.Holds(answer is { Class: StunClass.SuccessResponse, Method: StunMethod.Allocate }, "Who gets a relay is told.");
            Remember(opened, answer);
        }

        TakeCommands(asked.Client, asked.Key);
    }

    // Between the default and the maximum; a minute where it is not used yet while ports are scarce; less where a token is soon over.
    private static bool IsLifetime(uint seconds, RelayKey key) => seconds is 60 or (>= 600 and <= 3600) || (key.End is not null && seconds is > 0 and < 600);

    private void Remember(RelaySocket asked, in StunMessage answer)
    {
        Invariant.Holds(answer.TryGetXorAddress(StunAttributeType.XorMappedAddress, out TransportAddress mapped) &&
            mapped == RelayClients.All[asked.Client].Address, "The mapped address is the client's.");
        if (answer.TryGetUInt64(StunAttributeType.ReservationToken, out ulong token)) _token = token;
        answer.TryGetUInt32(StunAttributeType.Lifetime, out uint seconds);
        Invariant.Holds(IsLifetime(seconds, asked.Key!), "The lifetime is within its limits.");

        var allocation = new ModelAllocation();
        List<RelaySocket> sockets = _open.FindAll(relay => relay.Handle == asked.Handle);
        foreach (StunAttribute attribute in answer)
        {
            if (attribute.Type != StunAttributeType.XorRelayedAddress) continue;
            Invariant.Holds(answer.TryReadXorAddress(attribute.Value, out TransportAddress relayed), "A relayed address is one.");
            RelaySocket? socket = sockets.Find(socket => Known(socket.Address) == relayed);
            Invariant.Holds(socket is not null, "The relayed address is a socket's.");
            allocation.Relays.Add(new ModelRelay(socket!.Socket, relayed, _now.Now + TimeSpan.FromSeconds(seconds)));
        }

        Invariant.Holds(allocation.Relays.Count == sockets.Count, "All sockets are named.");
        _allocations[asked.Client] = allocation;
    }

    private StunMessage ReadAnswer(RelaySocket asked, in RelayVerdict verdict)
    {
        Invariant.Holds(verdict.Action == RelayAction.Reply && asked.Client >= 0, "An answer is a reply.");
        RelayClient client = RelayClients.All[asked.Client];
        Invariant.Holds(verdict.Via == client.Via && verdict.Destination == client.Address, "It goes to who asked.");
        Invariant.Holds(
            StunMessage.TryParse(_reply.AsSpan(verdict.Offset, verdict.Length), out StunMessage answer) == StunParseStatus.Ok, "It is a message.");
        Invariant.Holds(asked.Key!.Verifies(answer), "It is signed.");
        return answer;
    }

    private void Stray(in RelayEvent next)
    {
        int handle = next.Has(7) ? next.Who << 24 | next.Flags << 16 | next.Payload.Length : _closedHandles[next.Who % _closedHandles.Count];
        if (_pending.Exists(asked => asked.Handle == handle) || _open.Exists(relay => relay.Handle == handle)) return;

        switch (next.Flags & 3)
        {
            case 0: Open(new RelaySocket(handle, RelayClients.Peers[0], -1, null)); break;
            case 1: Refuse(new RelaySocket(handle, RelayClients.Peers[0], -1, null), RelayOpenFailure.PortTaken); break;
            default:
                RelayVerdict verdict = _machine.OnPeerDatagram(handle, in RelayClients.Peers[0], new byte[RelayMachine.Headroom + 4], in _now);
                Invariant.Holds(verdict.Action == RelayAction.Drop, "A handle that is no more leads nowhere.");
                break;
        }

        Invariant.Holds(!_open.Exists(relay => relay.Client < 0), "A socket that nobody waits for is closed.");
    }

    // What peers know a local address by.
    private static TransportAddress Known(in TransportAddress local) =>
        local.HasSameAddress(in RelayServer.InnerHost) ? RelayServer.OuterHost.WithPort(local.Port) : local;
}
