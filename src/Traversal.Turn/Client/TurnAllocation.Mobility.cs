using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Client;

/// <content>An allocation that follows its client to another 5-tuple (RFC 8016).</content>
public sealed partial class TurnAllocation
{
    /// <summary>How often the server is shown that the client has arrived; see <see cref="TryAnnounce"/>.</summary>
    private const int MaxAnnouncements = 3;

    private static readonly TimeSpan AnnouncementInterval = TimeSpan.FromMilliseconds(500);

    private byte[] _ticket = [];
    private int _announcements;
    private MonotonicTime _announceAt = MonotonicTime.Never;
    private bool _isMoving;

    /// <summary>
    /// Says that from now on messages go by another 5-tuple: another local address or port, or another connection. A mobile allocation asks the server to
    /// follow and sends no data until it has; another one is over, as is one that was not there yet.
    /// </summary>
    public void OnPathChanged(MonotonicTime now)
    {
        if (State == TurnAllocationState.Ended) return;
        if (State != TurnAllocationState.Allocated || !IsMobile)
        {
            End(new TurnFailure(TurnFailureReason.PathLost));
            return;
        }

        // What was being asked is asked again there.
        foreach (PendingRequest request in _requests.ToArray()) Abandon(request, now);
        _isMoving = true;
        _announceAt = MonotonicTime.Never;
        Issue(new PendingRequest(RequestKind.Move), now);
        Pump(now);
    }

    /// <summary>Receiving a Refresh success response (RFC 8656 section 8.3, RFC 8016 section 3.2.3).</summary>
    private void OnRefreshed(scoped in StunMessage response, PendingRequest request, MonotonicTime now)
    {
        if (response.ReadLifetime(out uint seconds) != TurnAttributeStatus.Present || seconds == 0)
        {
            End(new TurnFailure(TurnFailureReason.BadResponse));
            return;
        }

        KeepTicket(in response);
        Prolong(request, seconds);
        _isIntroducing = false;
        if (request.Kind != RequestKind.Move)
        {
            Raise(new TurnEvent(TurnEventKind.Refreshed));
            return;
        }

        _isMoving = false;
        (_announcements, _announceAt) = (0, now);
        if (response.TryGetXorAddress(StunAttributeType.XorMappedAddress, out TransportAddress mapped)) MappedAddress = mapped;
        LookAfterPeers(now);
        Raise(new TurnEvent(TurnEventKind.Moved));
    }

    /// <summary>
    /// The server goes on sending by the old path until data comes by the new one (RFC 8016 section 3.2.2). A client that has none to send would hear nothing,
    /// so it sends an indication to an address that nobody can permit: the server drops it, and has seen it.
    /// </summary>
    private bool TryAnnounce(Span<byte> destination, MonotonicTime now, out int length)
    {
        length = 0;
        if (_announceAt > now || State != TurnAllocationState.Allocated) return false;

        _announceAt = ++_announcements < MaxAnnouncements ? now + AnnouncementInterval : MonotonicTime.Never;
        var writer = new StunMessageWriter(destination, StunClass.Indication, StunMethod.Send, TransactionId.Create(_random));
        writer.AddPeerAddress(RelayedAddress.IsIPv6 ? TransportAddress.FromIPv6(0, 0, 0) : TransportAddress.FromIPv4(0, 0));
        writer.AddEmpty(StunAttributeType.Data);
        length = writer.Finish();
        return true;
    }

    private void KeepTicket(scoped in StunMessage response)
    {
        if (_options.Mobility && response.TryGet(StunAttributeType.MobilityTicket, out ReadOnlySpan<byte> ticket) &&
            ticket.Length is > 0 and <= ClientLimits.MaxTicketBytes)
            _ticket = ticket.ToArray();
    }

    private void Abandon(PendingRequest request, MonotonicTime now)
    {
        Retire(request);
        foreach (int slot in request.Permissions) (_permissions[slot].IsAsked, _permissions[slot].DueAt) = (false, now);
        if (request.Kind == RequestKind.Bind) (_channels[request.Channel].IsAsked, _channels[request.Channel].DueAt) = (false, now);
        if (request.Kind == RequestKind.Connect) FinishConnect(request, StunErrorCode.None, now);
    }
}
