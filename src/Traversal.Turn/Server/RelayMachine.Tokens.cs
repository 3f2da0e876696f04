using Traversal.Stun;

namespace Traversal.Turn.Server;

/// <content>Clients with access tokens (RFC 7635).</content>
public sealed partial class RelayMachine
{
    private static bool HasToken(scoped ref RelayRequest request) =>
        !request.Credentials.Tokens.IsEmpty && request.Message.Has(StunAttributeType.AccessToken);

    /// <summary>
    /// Finds the session whose key has signed a request: that of the token in it (RFC 7635 section 7), or, in one without, that of the allocation. Clients
    /// send the token with Allocate and Refresh only (section 9), but who sends it with others is served.
    /// </summary>
    private bool TryFindSession(scoped ref RelayRequest request, scoped ReadOnlySpan<byte> keyId)
    {
        TokenKeyRing keys = request.Credentials.Tokens;
        long unixNow = request.Clock.Utc.ToUnixTimeSeconds();
        bool hasToken = request.Message.TryGet(StunAttributeType.AccessToken, out ReadOnlySpan<byte> token);
        RelayUser? owner = OwnerFor(ref request);
        if (owner?.Session is { } session && keyId.SequenceEqual(session.KeyId) && (!hasToken || session.IsOf(token)))
        {
            bool isGood = keys.Has(keyId) && session.Terms.MaxAllocationSeconds(unixNow) > 0;
            if (!isGood || !session.HasSigned(in request.Message)) return false;

            (request.User, request.Key) = (owner, session.Key);
            return true;
        }

        if (!hasToken || keys.Open(keyId, token, unixNow) is not { } opened || !opened.HasSigned(in request.Message)) return false;

        bool renews = owner?.Session is not null && MayRenew(ref request);
        if (renews) owner!.Session = opened;
        (request.User, request.Key) = (renews ? owner : new RelayUser(opened, request.Credentials), opened.Key);
        return true;
    }

    // A new token takes the place of the one before (RFC 7635 section 9), be it sealed with a newer key or not: USERNAME names a key, not a user. But it
    // moves no allocation elsewhere, as whoever has a token and saw a ticket could; and the answer that one in the making still owes is signed for the
    // token of its Allocate.
    private bool MayRenew(scoped ref RelayRequest request) =>
        request.Allocation != NoSlot && _allocations[request.Allocation].Phase >= AllocationPhase.Live &&
        request.Message.Method != StunMethod.Allocate && !request.Message.Has(StunAttributeType.MobilityTicket);

    /// <summary>Who has made the allocation that a request is about, or the connection with a peer: a ConnectionBind comes by a connection of its own.</summary>
    private RelayUser? OwnerFor(scoped ref RelayRequest request)
    {
        if (request.Allocation != NoSlot) return _users[_allocations[request.Allocation].User];

        bool isBind = request.Message.Method == StunMethod.ConnectionBind;
        return isBind && request.Message.ReadConnectionId(out uint id) == TurnAttributeStatus.Present ? _group.OwnerOfConnection(id) : null;
    }

    private static StunAttributeSet UnderstoodIn(scoped ref RelayRequest request) =>
        request.Credentials.Tokens.IsEmpty ? Understood : UnderstoodWithTokens;
}
