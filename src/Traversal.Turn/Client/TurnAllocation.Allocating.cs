using System.Text;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Client;

public sealed partial class TurnAllocation
{
    private bool _wishesMobility;
    private bool _wishesDontFragment;
    private bool _wishesFamily;
    private bool _hasEndedFormer;
    private TurnFailure? _endsAs;

    /// <summary>Sending an Allocate request (RFC 8656 section 7.1).</summary>
    private void WriteAllocate(ref StunMessageWriter writer)
    {
        writer.AddRequestedTransport(_options.RelaysConnections ? TransportProtocol.Tcp : TransportProtocol.Udp);
        if (_wishesFamily) writer.AddRequestedAddressFamily(_options.Family);
        if (_options.AdditionalIPv6) writer.AddAdditionalAddressFamily(IPFamily.IPv6);
        WriteLifetime(ref writer);
        if (_wishesDontFragment) writer.AddEmpty(StunAttributeType.DontFragment);
        if (_options.EvenPort) writer.AddEvenPort(_options.ReserveNextPort);
        if (_options.ReservationToken is { } token) writer.AddReservationToken(token);
        if (_wishesMobility) writer.AddEmpty(StunAttributeType.MobilityTicket);
    }

    /// <summary>Receiving an Allocate success response (RFC 8656 section 7.3).</summary>
    private void OnAllocated(scoped in StunMessage response, PendingRequest request, MonotonicTime now)
    {
        if (!TryReadAddresses(in response) || response.ReadLifetime(out uint seconds) != TurnAttributeStatus.Present || seconds == 0)
        {
            Delete(new TurnFailure(TurnFailureReason.BadResponse), now);
            return;
        }

        State = TurnAllocationState.Allocated;
        _firstCredential = request.Terms?.Credential;
        if (response.ReadAddressErrorCode(out _, out StunErrorCode refusal) == TurnAttributeStatus.Present) AdditionalFamilyRefusal = refusal;
        if (response.ReadReservationToken(out ulong token) == TurnAttributeStatus.Present) ReservationToken = token;
        KeepTicket(in response);
        Prolong(request, seconds);
        Raise(new TurnEvent(TurnEventKind.Allocated));
    }

    // The relayed addresses must be of the families that were asked for, and the mapped one must be there.
    private bool TryReadAddresses(scoped in StunMessage response)
    {
        TransportAddress first = default, second = default;
        foreach (StunAttribute attribute in response)
        {
            if (attribute.Type != StunAttributeType.XorRelayedAddress) continue;
            if (!response.TryReadXorAddress(attribute.Value, out TransportAddress address) || !IsUsable(in address)) return false;
            if (first.IsNone)
                first = address;
            else if (second.IsNone && address.Family != first.Family)
                second = address;
        }

        IPFamily wanted = _options.Family != IPFamily.None ? _options.Family : IPFamily.IPv4;
        bool isFree = _options.AdditionalIPv6 || _options.ReservationToken is not null;
        if (first.IsNone || (!isFree && first.Family != wanted) || (!_options.AdditionalIPv6 && !second.IsNone)) return false;
        if (!response.TryGetXorAddress(StunAttributeType.XorMappedAddress, out TransportAddress mapped)) return false;

        (RelayedAddress, AdditionalRelayedAddress, MappedAddress) = (first, second, mapped);
        return true;
    }

    private static bool IsUsable(in TransportAddress address) => address.Port != 0 && !address.IsUnspecified;

    /// <summary>Receiving an Allocate error response (RFC 8656 section 7.4).</summary>
    private void OnAllocateError(scoped in StunMessage response, PendingRequest request, StunErrorCode code, MonotonicTime now)
    {
        if (code == StunErrorCode.TryAlternate)
            End(ReadRedirection(in response, now));
        else if (TryLowerWishes(in response, code) || (code == StunErrorCode.WrongCredentials && TryReturnToFirstCredential(request)))
            Issue(request, now);
        else if (code == StunErrorCode.AllocationMismatch && _options.EndsFormer && !_hasEndedFormer)
            EndFormer(request, now);
        else if (!IsServerError(code) || !TryAgainAfterServerError(request, now))
            End(new TurnFailure(TurnFailureReason.Refused, code));
    }

    // The 5-tuple is this client's by now, so nobody else can have a use for what the server holds for it; whose it is the server says (RFC 8656 section 5).
    private void EndFormer(PendingRequest refused, MonotonicTime now)
    {
        _hasEndedFormer = true;
        Retire(refused);
        Issue(new PendingRequest(RequestKind.EndFormer), now);
    }

    /// <summary>It is ended, or has ended meanwhile, or is somebody else's.</summary>
    private void OnFormerEnded(PendingRequest request, StunErrorCode code, MonotonicTime now)
    {
        Retire(request);
        if (code is StunErrorCode.None or StunErrorCode.AllocationMismatch)
            Issue(new PendingRequest(RequestKind.Allocate), now);
        else
            End(new TurnFailure(TurnFailureReason.Refused, StunErrorCode.AllocationMismatch));
    }

    // What was but a wish is left out where the server does not know it or does not grant it.
    private bool TryLowerWishes(scoped in StunMessage response, StunErrorCode code)
    {
        if (code == StunErrorCode.MobilityForbidden && _wishesMobility)
        {
            _wishesMobility = false;
            return true;
        }

        if (code != StunErrorCode.UnknownAttribute) return false;

        Span<StunAttributeType> types = stackalloc StunAttributeType[16];
        types = types[..response.GetUnknownAttributes(types)];
        bool lowersFragments = _wishesDontFragment && types.Contains(StunAttributeType.DontFragment);
        bool lowersFamily = _wishesFamily && _options.Family == IPFamily.IPv4 && types.Contains(StunAttributeType.RequestedAddressFamily);
        if (lowersFragments) _wishesDontFragment = false;
        if (lowersFamily) _wishesFamily = false;
        return lowersFragments || lowersFamily;
    }

    /// <summary>Another server is to be asked (RFC 8489 section 10), unless it was already.</summary>
    private TurnFailure ReadRedirection(scoped in StunMessage response, MonotonicTime now)
    {
        TransportAddress same = default, other = default;
        foreach (StunAttribute attribute in response)
        {
            if (attribute.Type != StunAttributeType.AlternateServer) continue;
            if (!StunMessage.TryReadAddress(attribute.Value, out TransportAddress server) || !IsUsable(in server)) continue;
            bool isSame = _options.Server.IsNone ? same.IsNone : server.Family == _options.Server.Unmapped().Family;
            if (isSame && same.IsNone)
                same = server;
            else if (!isSame && other.IsNone)
                other = server;
        }

        TransportAddress next = same.IsNone ? other : same;
        if (next.IsNone || _options.Redirections is not { } redirections) return new TurnFailure(TurnFailureReason.Refused, StunErrorCode.TryAlternate);
        if (!redirections.MayVisit(next, now)) return new TurnFailure(TurnFailureReason.RedirectLoop, StunErrorCode.TryAlternate);

        bool hasDomain = response.TryGet(StunAttributeType.AlternateDomain, out ReadOnlySpan<byte> domain) && domain.Length > 0;
        return new TurnFailure(TurnFailureReason.Redirected, StunErrorCode.TryAlternate)
        {
            AlternateServer = next,
            AlternateServerOfOtherFamily = same.IsNone ? default : other,
            AlternateDomain = hasDomain ? Encoding.UTF8.GetString(domain) : null,
        };
    }

    // What the server may hold for the client is given up, whatever was to be done with it.
    private void Delete(TurnFailure endsAs, MonotonicTime now)
    {
        _endsAs = endsAs;
        _requests.Clear();
        State = TurnAllocationState.Closing;
        Issue(new PendingRequest(RequestKind.Delete), now);
        Pump(now);
    }
}
