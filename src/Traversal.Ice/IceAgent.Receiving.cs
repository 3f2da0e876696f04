using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Ice;

public sealed partial class IceAgent
{
    /// <summary>Handles a packet.</summary>
    /// <param name="local">The base that it came to.</param>
    /// <param name="source">Where it came from: of a relayed packet, the peer that the TURN server names.</param>
    /// <param name="packet">Its bytes.</param>
    /// <param name="now">The present.</param>
    /// <returns>Whether the packet is data; what is of ICE is dealt with.</returns>
    public IceArrival OnPacket(in TransportAddress local, in TransportAddress source, ReadOnlySpan<byte> packet, MonotonicTime now)
    {
        if (!StunMessage.LooksLikeStun(packet)) return OnData(in local, in source, packet.Length);
        if (StunMessage.TryParse(packet, out StunMessage message) != StunParseStatus.Ok || (message.HasFingerprint && !message.IsFingerprintValid()))
            return Drop(IceCounter.DroppedMalformed);
        if (message.Method != StunMethod.Binding) return Drop(IceCounter.DroppedUnexpected);

        IceArrival arrival = message.Class switch
        {
            StunClass.Request => OnCheck(in local, in source, in message, now),
            StunClass.Indication => OnIndication(in local, in source),
            _ => OnResponse(in local, in source, in message, now),
        };
        if (arrival == IceArrival.Handled && message.Class != StunClass.Indication) Update(now);
        return arrival;
    }

    // A keepalive (RFC 8445 section 11), of which nothing follows. Nobody has signed it, so from elsewhere than where the peer may be it is not worth a look.
    private IceArrival OnIndication(in TransportAddress local, in TransportAddress source) =>
        (_session.FindPair(in local, in source) ?? _previous?.FindPair(in local, in source)) is null ? Drop(IceCounter.DroppedUnexpected) : IceArrival.Handled;

    /// <summary>RFC 8445 section 12.2: data is taken from where the peer may be, on any candidate.</summary>
    private IceArrival OnData(in TransportAddress local, in TransportAddress source, int length)
    {
        CandidatePair? pair = _route;
        if (pair is null || pair.Destination != source || pair.Local.Base != local)
            pair = _session.FindPair(in local, in source) ?? _previous?.FindPair(in local, in source);
        if (pair is not null)
        {
            pair.Statistics.PacketsReceived++;
            pair.Statistics.BytesReceived += length;
            return IceArrival.Data;
        }

        if (_context.FindByBase(in local) is null) return Drop(IceCounter.DroppedUnknownLocal);
        return _session.IsPeer(in source) || _previous?.IsPeer(in source) == true ? IceArrival.Data : Drop(IceCounter.DroppedUnknownSource);
    }

    // Whoever does not have the password gets no answer: an error would tell a scanner that somebody is here, and can be aimed at others.
    private IceArrival OnCheck(in TransportAddress local, in TransportAddress source, in StunMessage check, MonotonicTime now)
    {
        if (!check.HasFingerprint) return Drop(IceCounter.DroppedMalformed);
        if (_context.FindByBase(in local) is null) return Drop(IceCounter.DroppedUnknownLocal);
        if (!AddressRules.CanBeReached(in source)) return Drop(IceCounter.DroppedUnknownSource);
        if (!check.TryGet(StunAttributeType.Username, out ReadOnlySpan<byte> username)) return Drop(IceCounter.DroppedWrongUsername);

        Session? session = _session;
        if (!session.Own.Matches(username, out ReadOnlySpan<byte> peerUfrag))
        {
            session = _previous;
            if (session is null || !session.Own.Matches(username, out peerUfrag)) return Drop(IceCounter.DroppedWrongUsername);
        }

        if (!check.VerifyIntegrity(session.Own.Key)) return Drop(IceCounter.DroppedUnverified);
        return session.OnCheck(in local, in source, in check, peerUfrag, now);
    }

    private IceArrival OnResponse(in TransportAddress local, in TransportAddress source, in StunMessage response, MonotonicTime now)
    {
        if (_session.IsWaitedFor(response.TransactionId)) return _session.OnResponse(in local, in source, in response, now);
        return _previous?.IsWaitedFor(response.TransactionId) == true
            ? _previous.OnResponse(in local, in source, in response, now)
            : Drop(IceCounter.DroppedUnexpected);
    }

    private IceArrival Drop(IceCounter reason)
    {
        Counters.Add(reason);
        return IceArrival.Dropped;
    }
}
