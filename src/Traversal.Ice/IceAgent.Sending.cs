using Traversal.Primitives;

namespace Traversal.Ice;

public sealed partial class IceAgent
{
    /// <summary>
    /// Takes the next message to send: answers first, then what keeps the path, then checks as far as there are tokens for them. To be called until there is
    /// none after every other call.
    /// </summary>
    /// <param name="destination">Where it is written: at least <see cref="MaxTransmitLength"/> bytes.</param>
    /// <param name="now">The present.</param>
    /// <param name="transmit">From where and to whom.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public bool TryTakeTransmit(Span<byte> destination, MonotonicTime now, out IceTransmit transmit)
    {
        if (destination.Length < MaxTransmitLength) throw new ArgumentException($"At least {MaxTransmitLength} bytes.", nameof(destination));

        bool isTaken = TryTake(_session, destination, now, out transmit)
            || (_previous is not null && TryTake(_previous, destination, now, out transmit))
            || TryTakeCheck(destination, now, out transmit);
        Reschedule(now);
        return isTaken;
    }

    /// <summary>Where a packet of data is to be sent, which is counted as sent; allocates nothing.</summary>
    /// <param name="length">Its length in bytes, or that of all.</param>
    /// <param name="route">From where and to whom.</param>
    /// <param name="packets">How many packets they are.</param>
    /// <returns>False where there is no path.</returns>
    public bool TryRoute(int length, out IceRoute route, int packets = 1)
    {
        if (_route is not { } pair)
        {
            route = default;
            return false;
        }

        pair.Statistics.PacketsSent += packets;
        pair.Statistics.BytesSent += length;
        route = new IceRoute(pair.Local.Base, pair.Destination);
        return true;
    }

    private static bool TryTake(Session session, Span<byte> destination, MonotonicTime now, out IceTransmit transmit) =>
        session.TryTakeReply(destination, out transmit) || session.TryTakeConsentCheck(destination, now, out transmit);

    private bool TryTakeCheck(Span<byte> destination, MonotonicTime now, out IceTransmit transmit)
    {
        transmit = default;
        if (_session.NextCheck(now) is not { } pair || _pacer.NextAt > now || !_shared.TryTake(now)) return false;

        _pacer.TryTake(now);
        transmit = new IceTransmit(pair.Local.Base, pair.Destination, _session.WriteCheck(pair, destination, now));
        return true;
    }
}
