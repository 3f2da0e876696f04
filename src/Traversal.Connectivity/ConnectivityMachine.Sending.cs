using Traversal.Connectivity.Gathering;
using Traversal.Ice;
using Traversal.Primitives;
using Traversal.Turn.Client;

namespace Traversal.Connectivity;

public sealed partial class ConnectivityMachine
{
    /// <summary>The bytes in front of data, into which a header is written where it is relayed.</summary>
    public const int Headroom = TurnAllocation.Headroom;

    /// <summary>The bytes behind data, into which padding is written.</summary>
    public const int Tailroom = TurnAllocation.Tailroom;

    /// <summary>The least length of the span for <see cref="TryTakeTransmit"/>.</summary>
    public const int MaxTransmitLength = TurnAllocation.MaxTransmitLength;

    // A check that is relayed goes behind the request that has its peer permitted.
    private readonly byte[] _held = new byte[Headroom + IceAgent.MaxTransmitLength + Tailroom];
    private ConnectivityTransmit _heldTransmit;

    /// <summary>Takes the next message to send; to be called until there is none after every other call.</summary>
    /// <param name="destination">Where it is written: at least <see cref="MaxTransmitLength"/> bytes.</param>
    /// <param name="now">The present.</param>
    /// <param name="transmit">From where, to whom, and where in the span it stands.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public bool TryTakeTransmit(Span<byte> destination, MonotonicTime now, out ConnectivityTransmit transmit)
    {
        if (destination.Length < MaxTransmitLength) throw new ArgumentException($"At least {MaxTransmitLength} bytes.", nameof(destination));

        do
        {
            if (TryTakeOfServers(destination, now, out transmit) || TryTakeHeld(destination, out transmit) || TryTakeOfAgent(destination, now, out transmit)) return true;
        }
        while (_heldTransmit.Length > 0 || TryBegin(now));

        // What an allocation has found while it was asked.
        Settle(now);
        return false;
    }

    /// <summary>
    /// Where a packet of data goes that needs no header, and is sent as it is; it is counted as sent. False where there is no path, or a relayed one: then
    /// <see cref="TryWrap(Span{byte}, int, MonotonicTime, out ConnectivityTransmit)"/> decides.
    /// </summary>
    /// <param name="length">Its length in bytes, or that of all.</param>
    /// <param name="route">From where and to whom.</param>
    /// <param name="packets">How many packets they are.</param>
    public bool TryRouteDirect(int length, out IceRoute route, int packets = 1)
    {
        route = default;
        return Agent.Route is { } path && _bases.Contains(path.Local) && Agent.TryRoute(length, out route, packets);
    }

    /// <summary>Makes a packet of data ready for the path, in place, and allocates nothing.</summary>
    /// <param name="packet"><see cref="Headroom"/> bytes of room, the data, and <see cref="Tailroom"/> bytes of room at least.</param>
    /// <param name="dataLength">The length of the data; 0 is an empty datagram.</param>
    /// <param name="now">The present.</param>
    /// <param name="transmit">From where, to whom, and where in the packet the message stands.</param>
    /// <returns>False where there is no path, or the server does not relay the data.</returns>
    /// <exception cref="ArgumentException">There is no room in front of the data or behind it.</exception>
    public bool TryWrap(Span<byte> packet, int dataLength, MonotonicTime now, out ConnectivityTransmit transmit)
    {
        if (dataLength < 0 || packet.Length - Headroom - Tailroom < dataLength)
            throw new ArgumentException("The room in front of the data or behind it is missing.", nameof(packet));

        transmit = default;
        return !_isClosing && Agent.TryRoute(dataLength, out IceRoute route) && TryWrap(route.Local, route.Remote, packet, dataLength, now, out transmit);
    }

    private bool TryTakeOfServers(Span<byte> destination, MonotonicTime now, out ConnectivityTransmit transmit)
    {
        foreach (Relay relay in _relays)
        {
            while (relay.Allocation is { } allocation && allocation.TryTakeTransmit(destination, now, out int length))
            {
                if (relay.IsHomeless) continue; // Lost on the way, as it were.

                transmit = To(relay, 0, length);
                return true;
            }
        }

        foreach (Binding binding in _bindings)
        {
            if (!binding.TryTake(destination, out int length)) continue;

            transmit = new ConnectivityTransmit(binding.Base, binding.Server, NoLink, 0, length);
            return true;
        }

        transmit = default;
        return false;
    }

    private bool TryTakeHeld(Span<byte> destination, out ConnectivityTransmit transmit)
    {
        transmit = _heldTransmit;
        if (transmit.Length == 0) return false;

        _held.AsSpan(transmit.Offset, transmit.Length).CopyTo(destination[transmit.Offset..]);
        _heldTransmit = default;
        return true;
    }

    private bool TryTakeOfAgent(Span<byte> destination, MonotonicTime now, out ConnectivityTransmit transmit)
    {
        transmit = default;
        while (!_isClosing && Agent.TryTakeTransmit(_held.AsSpan(Headroom), now, out IceTransmit check))
        {
            if (!TryWrap(check.Local, check.Remote, _held, check.Length, now, out ConnectivityTransmit wrapped)) continue;

            _heldTransmit = wrapped;
            return FindRelay(check.Local) is null && TryTakeHeld(destination, out transmit);
        }

        return false;
    }

    private bool TryWrap(
        in TransportAddress local, in TransportAddress remote, Span<byte> packet, int length, MonotonicTime now, out ConnectivityTransmit transmit)
    {
        transmit = new ConnectivityTransmit(local, remote, NoLink, Headroom, length);
        if (FindRelay(in local) is not { } relay) return true;
        if (relay.IsHomeless || relay.Allocation!.TryWrap(in remote, packet, length, now, out int offset, out int wrapped) != TurnWrapStatus.Ready) return false;

        transmit = To(relay, offset, wrapped);
        return true;
    }

    private static ConnectivityTransmit To(Relay relay, int offset, int length) => new(relay.Base, relay.Server, relay.Link, offset, length);
}
