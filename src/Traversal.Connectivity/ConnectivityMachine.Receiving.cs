using Traversal.Connectivity.Gathering;
using Traversal.Ice;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Client;

namespace Traversal.Connectivity;

public sealed partial class ConnectivityMachine
{
    /// <summary>Handles a packet that came to a base.</summary>
    /// <param name="local">The base.</param>
    /// <param name="source">Who sent it.</param>
    /// <param name="packet">Its bytes, which stay as they are: data is found in them.</param>
    /// <param name="now">The present.</param>
    public ConnectivityArrival OnPacket(in TransportAddress local, in TransportAddress source, ReadOnlySpan<byte> packet, MonotonicTime now)
    {
        foreach (Relay relay in _relays)
        {
            if (relay.IsReachedBy(in local, in source) && relay.Allocation is not null && !IsAnswer(in local, in source, packet)) return OnRelayMessage(relay, packet, now);
        }

        if (StunMessage.LooksLikeStun(packet) && TryAnswer(in local, in source, packet, now)) return new(ConnectivityArrivalKind.Handled);
        return ToAgent(in local, in source, packet, offset: 0, now);
    }

    /// <summary>Handles a whole message that came by a link, without its padding.</summary>
    /// <inheritdoc cref="OnPacket"/>
    public ConnectivityArrival OnLinkMessage(int link, ReadOnlySpan<byte> message, MonotonicTime now)
    {
        foreach (Relay relay in _relays)
        {
            if (relay.Link == link && relay.Allocation is not null) return OnRelayMessage(relay, message, now);
        }

        return default;
    }

    private ConnectivityArrival OnRelayMessage(Relay relay, ReadOnlySpan<byte> message, MonotonicTime now)
    {
        TurnArrival arrival = relay.Allocation!.OnMessage(message, now);
        switch (arrival.Kind)
        {
            case TurnArrivalKind.Data:
                return ToAgent(relay.AddressTowards(arrival.Peer), arrival.Peer, message.Slice(arrival.Offset, arrival.Length), arrival.Offset, now);
            case TurnArrivalKind.Handled:
                Settle(now);
                return new(ConnectivityArrivalKind.Handled);
            default:
                return default;
        }
    }

    private ConnectivityArrival ToAgent(in TransportAddress local, in TransportAddress source, ReadOnlySpan<byte> packet, int offset, MonotonicTime now)
    {
        if (_isClosing) return default;

        switch (Agent.OnPacket(in local, in source, packet, now))
        {
            case IceArrival.Data:
                return new(ConnectivityArrivalKind.Data, offset, packet.Length);
            case IceArrival.Handled:
                Settle(now);
                return new(ConnectivityArrivalKind.Handled);
            default:
                return default;
        }
    }

    // A TURN server may be asked as a STUN server too.
    private bool IsAnswer(in TransportAddress local, in TransportAddress source, ReadOnlySpan<byte> packet) =>
        _bindings.Count > 0 && StunMessage.LooksLikeStun(packet) && FindBinding(in local, in source, packet, out _) is not null;

    private bool TryAnswer(in TransportAddress local, in TransportAddress source, ReadOnlySpan<byte> packet, MonotonicTime now)
    {
        if (FindBinding(in local, in source, packet, out StunMessage answer) is not { } binding) return false;

        OnAnswer(binding, in answer, now);
        Settle(now);
        return true;
    }

    private Binding? FindBinding(in TransportAddress local, in TransportAddress source, ReadOnlySpan<byte> packet, out StunMessage answer)
    {
        answer = default;
        foreach (Binding binding in _bindings)
        {
            if (!binding.IsAsking || binding.Base != local || binding.Server != source) continue;
            if (StunMessage.TryParse(packet, out answer) != StunParseStatus.Ok || (answer.HasFingerprint && !answer.IsFingerprintValid())) return null;
            if (binding.IsAnsweredBy(in answer)) return binding;
        }

        return null;
    }
}
