using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Client;

namespace Traversal.Conformance.Tests.Rfc8489.Client;

/// <summary>RFC 8489 sections 6.3.4 and 10: errors, and servers that send a client elsewhere.</summary>
public sealed class Section6_3_4ErrorResponses
{
    private static readonly TransportAddress Other = TransportAddress.Parse("198.0.2.9:3478");

    [Fact]
    [Trait("Requirement", "RFC8489-6.3.4-1")]
    public void Who_follows_no_redirection_has_failed() =>
        Assert.Equal(new TurnFailure(TurnFailureReason.Refused, StunErrorCode.TryAlternate), Redirected(Answers.Key, null).Allocation.Failure);

    [Fact]
    [Trait("Requirement", "RFC8489-6.3.4-2")]
    [Trait("Requirement", "RFC8489-6.3.4-3")]
    public void A_server_that_fails_is_asked_again_less_than_four_times()
    {
        ClientHost host = Against(StunErrorCode.ServerError, Answers.Key);
        Assert.Equal(new TurnFailure(TurnFailureReason.Refused, StunErrorCode.ServerError), host.Allocation.Failure);
        Assert.Equal(1 + 3, host.Sent.Count(bytes => ClientHost.Parse(bytes).HasIntegrity));
    }

    [Fact]
    [Trait("Requirement", "RFC8489-14.8-8")]
    public void A_redirection_without_integrity_is_not_followed()
    {
        Assert.Equal(TurnFailureReason.Redirected, Redirected(Answers.Key, new TurnRedirections()).Allocation.Failure!.Reason);
        Assert.Equal(TurnFailureReason.IntegrityViolated, Redirected(null, new TurnRedirections()).Allocation.Failure!.Reason);
    }

    [Fact]
    [Trait("Requirement", "RFC8489-10-8")]
    public void A_server_that_was_asked_within_five_minutes_is_not_asked_again()
    {
        var redirections = new TurnRedirections();
        Assert.Equal(TurnFailureReason.Redirected, Redirected(Answers.Key, redirections).Allocation.Failure!.Reason);
        Assert.Equal(TurnFailureReason.Redirected, Redirected(Answers.Key, redirections).Allocation.Failure!.Reason);
        Assert.Equal(TurnFailureReason.RedirectLoop, Redirected(Answers.Key, redirections, server: Other).Allocation.Failure!.Reason);
    }

    [Fact]
    [Trait("Requirement", "RFC8489-14.8-9")]
    public void What_was_a_bad_request_is_not_sent_again()
    {
        ClientHost host = Against(StunErrorCode.BadRequest, Answers.Key);
        Assert.Equal(new TurnFailure(TurnFailureReason.Refused, StunErrorCode.BadRequest), host.Allocation.Failure);
        Assert.Single(host.Sent, bytes => ClientHost.Parse(bytes).HasIntegrity);
    }

    private static ClientHost Against(
        StunErrorCode code, IntegrityKey? key, Build? more = null, Action<TurnAllocationOptions>? configure = null)
    {
        var host = new ClientHost(configure: configure);
        host.Script = bytes =>
        {
            StunMessage request = ClientHost.Parse(bytes);
            return request.HasIntegrity ? Answers.Error(in request, code, key, more) : Answers.Challenge(in request);
        };
        return host.Settle();
    }

    private static ClientHost Redirected(IntegrityKey? key, TurnRedirections? redirections, TransportAddress server = default) => Against(
        StunErrorCode.TryAlternate,
        key,
        (ref writer) => writer.AddAddress(StunAttributeType.AlternateServer, in Other),
        options => (options.Redirections, options.Server) = (redirections, server.IsNone ? TestRelay.Listener : server));
}
