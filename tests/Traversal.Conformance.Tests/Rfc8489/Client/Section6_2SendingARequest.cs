using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Client;

namespace Traversal.Conformance.Tests.Rfc8489.Client;

/// <summary>RFC 8489 sections 5, 6.1 and 6.2: what a client sends, and when again.</summary>
public sealed class Section6_2SendingARequest
{
    [Fact]
    [Trait("Requirement", "RFC8489-5-6")]
    public void A_request_is_sent_again_as_it_is_and_every_new_one_has_a_new_id()
    {
        var host = new ClientHost(path: new NetworkPath { Loss = 0.5 }).Settle();
        host.Send("9.9.9.9:9", [1]);
        host.Run(2000);
        foreach (IGrouping<TransactionId, byte[]> sent in host.Sent.GroupBy(bytes => ClientHost.Parse(bytes).TransactionId))
            Assert.Single(sent.Select(Convert.ToHexString).Distinct(StringComparer.Ordinal));
        Assert.True(host.Sent.Count > host.Sent.Select(bytes => ClientHost.Parse(bytes).TransactionId).Distinct().Count());
    }

    [Fact]
    [Trait("Requirement", "RFC8489-6.1-1")]
    [Trait("Requirement", "RFC8489-6.1-2")]
    [Trait("Requirement", "RFC8489-6.1-3")]
    public void A_request_is_one_by_its_class_has_the_cookie_and_says_who_wrote_it()
    {
        StunMessage request = ClientHost.Parse(new ClientHost().Sent[0]);
        Assert.Equal(StunClass.Request, request.Class);
        Assert.False(request.IsClassic);
        Assert.True(request.Has(StunAttributeType.Software));
    }

    [Fact]
    [Trait("Requirement", "RFC8489-6.2-1")]
    public void Ten_transactions_are_outstanding_at_most()
    {
        ClientHost host = new ClientHost().Settle();
        host.IsServerDead = true;
        int before = host.Sent.Count;
        for (int i = 1; i < 60; i++) host.Send($"9.9.9.{i}:9", [1]);
        host.Run(20);
        Assert.InRange(host.Sent[before..].Select(bytes => ClientHost.Parse(bytes).TransactionId).Distinct().Count(), 5, 10);
    }

    [Fact]
    [Trait("Requirement", "RFC8489-6.2.1-1")]
    [Trait("Requirement", "RFC8489-6.2.1-12")]
    public void It_is_sent_seven_times_at_doubling_intervals_and_has_failed_sixteen_RTO_later()
    {
        var host = new ClientHost(configure: options => options.HedgesRequests = false) { IsServerDead = true };
        MonotonicTime start = host.Now;
        List<double> times = [0];
        while (host.Allocation.State == TurnAllocationState.Allocating)
        {
            int sent = host.Sent.Count;
            host.RunUntil(() => host.Sent.Count > sent || host.Allocation.State == TurnAllocationState.Ended, 60);
            times.Add(Math.Round((host.Now - start).TotalSeconds, 3));
        }

        Assert.Equal([0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5, 39.5], times);
    }

    [Fact]
    [Trait("Requirement", "RFC8489-6.2.1-9")]
    [Trait("Requirement", "RFC8489-6.2.1-10")]
    public void The_measured_RTO_starts_the_next_transaction_and_is_forgotten_after_ten_minutes()
    {
        ClientHost host = new ClientHost(path: new NetworkPath { Latency = TimeSpan.FromMilliseconds(100) }).Settle();
        Assert.Equal(0.5, FirstInterval(host, "198.1.0.7:40001"), 0.01); // 200 ms, and four times half of that, at first; then less.
        host.Settle();
        var near = new ClientHost(path: new NetworkPath { Latency = TimeSpan.FromMilliseconds(40) });
        near.Settle();
        Assert.InRange(FirstInterval(near, "198.1.0.7:40002"), 0.1, 0.24);
        near.Relay.AdvanceSilently(TimeSpan.FromMinutes(10));
        Assert.Equal(0.5, FirstInterval(near, "198.1.0.7:40003"), 0.001);
    }

    // How long another client of the same server waits before it sends again.
    private static double FirstInterval(ClientHost known, string address)
    {
        var host = new ClientHost(known.Relay, memory: known.Memory, address: address) { IsServerDead = true };
        MonotonicTime start = host.Now;
        host.RunUntil(() => host.Sent.Count > 1, 10);
        return (host.Now - start).TotalSeconds;
    }
}
