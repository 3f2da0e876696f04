using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Server;

public sealed partial class RelayMachine
{
    /// <summary>Sends a client to another server if the policy says so: signed, as clients must check it (RFC 8489 sections 10 and 14.8).</summary>
    private bool TryRedirect(scoped ref RelayRequest request, out RelayVerdict verdict)
    {
        verdict = default;
        if (_options.RedirectPolicy is not { } policy) return false;

        var query = new RedirectQuery
        {
            Client = request.Client,
            Reached = request.Listener.Reached,
            Account = request.User!.Account,
            Kind = request.Listener.Kind,
            Allocations = AllocationCount,
            IsDraining = IsDraining,
        };
        if (!policy.TryRedirect(in query, out Redirection redirection)) return false;

        // One of the client's own family is the least that an answer must have.
        TransportAddress server = redirection.Server, other = redirection.OtherFamily;
        if (server.IsNone || server.Family != request.Client.Unmapped().Family || redirection.Domain.Length > StunLimits.MaxDomainBytes) return false;

        StunMessageWriter writer = BeginError(ref request, StunErrorCode.TryAlternate);
        writer.AddAddress(StunAttributeType.AlternateServer, in server);
        if (!other.IsNone && other.Family != server.Family) writer.AddAddress(StunAttributeType.AlternateServer, in other);
        if (!redirection.Domain.IsEmpty) writer.Add(StunAttributeType.AlternateDomain, redirection.Domain.Span);
        AddSoftware(ref request, ref writer);
        verdict = Finish(ref request, ref writer, RelayCounter.Redirects);
        return true;
    }
}
