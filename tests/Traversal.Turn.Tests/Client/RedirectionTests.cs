using System.Text;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Client;
using Traversal.Turn.Server;
using Traversal.Turn.Tests.Server;

namespace Traversal.Turn.Tests.Client;

public sealed class RedirectionTests
{
    private static readonly TransportAddress Other = TransportAddress.Parse("198.0.2.9:3478"), OtherIPv6 = TransportAddress.Parse("[2a00::9]:3478");

    private readonly TurnRedirections _redirections = new();

    [Fact]
    public void The_next_server_is_named_and_its_certificate()
    {
        TurnFailure failure = Ask(new Redirection(Other, OtherIPv6, "turn.example.net"u8.ToArray()), TestRelay.Listener);
        Assert.Equal(TurnFailureReason.Redirected, failure.Reason);
        Assert.Equal(TurnRetryAdvice.TryAlternateServer, failure.Advice);
        Assert.Equal((Other, OtherIPv6, "turn.example.net"), (failure.AlternateServer, failure.AlternateServerOfOtherFamily, failure.AlternateDomain));
    }

    [Fact]
    public void Servers_that_send_a_client_in_circles_are_left()
    {
        Assert.Equal(TurnFailureReason.Redirected, Ask(new Redirection(Other), TestRelay.Listener).Reason);
        Assert.Equal(TurnFailureReason.RedirectLoop, Ask(new Redirection(TestRelay.Listener), Other).Reason);
        Assert.Equal(TurnRetryAdvice.GiveUp, Ask(new Redirection(TestRelay.Listener), Other).Advice);
    }

    [Fact]
    public void A_server_that_sends_to_itself_is_left() =>
        Assert.Equal(TurnFailureReason.RedirectLoop, Ask(new Redirection(TestRelay.Listener), TestRelay.Listener).Reason);

    [Fact]
    public void Servers_that_send_a_client_on_and_on_are_left()
    {
        TransportAddress server = TestRelay.Listener;
        int hops = 0;
        while (true)
        {
            TransportAddress next = Other.WithPort((ushort)(4000 + hops));
            TurnFailure failure = Ask(new Redirection(next), server);
            if (failure.Reason == TurnFailureReason.RedirectLoop) break;
            server = next;
            Assert.True(++hops < 20, "It goes on and on.");
        }

        Assert.Equal(TurnRedirections.MaxServers - 1, hops);
    }

    [Fact]
    public void After_five_minutes_it_may_be_sent_back()
    {
        var relay = new TestRelay(options => options.RedirectPolicy = new Policy(new Redirection(TestRelay.Listener.WithPort(1))));
        Assert.Equal(TurnFailureReason.Redirected, Settle(relay, TestRelay.Listener).Reason);
        var back = new TestRelay(options => options.RedirectPolicy = new Policy(new Redirection(TestRelay.Listener)));
        back.Advance(299);
        Assert.Equal(TurnFailureReason.RedirectLoop, Settle(back, Other).Reason);
        back.Advance(2);
        Assert.Equal(TurnFailureReason.Redirected, Settle(back, Other).Reason);
    }

    [Fact]
    public void Who_follows_nobody_is_refused()
    {
        var relay = new TestRelay(options => options.RedirectPolicy = new Policy(new Redirection(Other)));
        Assert.Equal(new TurnFailure(TurnFailureReason.Refused, StunErrorCode.TryAlternate), new ClientHost(relay).Settle().Allocation.Failure);
    }

    private TurnFailure Ask(Redirection answer, TransportAddress server) =>
        Settle(new TestRelay(options => options.RedirectPolicy = new Policy(answer)), server);

    private TurnFailure Settle(TestRelay relay, TransportAddress server) =>
        new ClientHost(relay, options => (options.Redirections, options.Server) = (_redirections, server)).Settle().Allocation.Failure!;

    private sealed class Policy(Redirection answer) : IRedirectPolicy
    {
        public bool TryRedirect(in RedirectQuery query, out Redirection redirection)
        {
            redirection = answer;
            return true;
        }
    }
}
