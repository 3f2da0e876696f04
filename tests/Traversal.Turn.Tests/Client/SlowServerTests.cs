using System.Text;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Client;
using Traversal.Turn.Server;
using Traversal.Turn.Tests.Server;

namespace Traversal.Turn.Tests.Client;

/// <summary>Servers that take their time, or ask for more of it.</summary>
public sealed class SlowServerTests
{
    [Fact]
    public void An_answer_that_comes_just_in_time_counts_and_only_one_allocation_is_made()
    {
        ClientHost host = new ClientHost(path: new NetworkPath { Latency = TimeSpan.FromSeconds(15) }).Settle();
        Assert.Equal(TurnAllocationState.Allocated, host.Allocation.State);
        host.Run(100);
        Assert.Equal(1, host.Relay.Machine.Counters[RelayCounter.AllocationsCreated]);
        Assert.Equal(TurnAllocationState.Allocated, host.Allocation.State);
    }

    [Fact]
    public void One_that_comes_too_late_does_not()
    {
        var host = new ClientHost(path: new NetworkPath { Latency = TimeSpan.FromSeconds(20) });
        MonotonicTime start = host.Now;
        host.Settle();
        Assert.Equal(TurnFailureReason.TimedOut, host.Allocation.Failure!.Reason);
        Assert.Equal(39.5, (host.Now - start).TotalSeconds, 0.01);
        host.Run(100);
        Assert.Equal(0, host.Relay.Machine.AllocationCount);
    }

    [Fact]
    public void One_that_asks_slowly_for_another_realm_each_time_is_given_up_in_minutes()
    {
        int answers = 0;
        var host = new ClientHost(path: new NetworkPath { Latency = TimeSpan.FromSeconds(19) });
        host.Script = bytes =>
        {
            StunMessage request = ClientHost.Parse(bytes);
            return Answers.Challenge(in request, realm: $"realm {++answers}");
        };
        MonotonicTime start = host.Now;
        host.Settle(3600);
        Assert.Equal(TurnFailureReason.TooManyChallenges, host.Allocation.Failure!.Reason);
        Assert.InRange((host.Now - start).TotalSeconds, 0, 8 * 39.5);
    }

    [Fact]
    public void Nonces_that_are_bound_to_the_port_do_not_take_turns_between_two_allocations()
    {
        var memory = new TurnServerMemory();
        int stale = 0;
        ClientHost first = Host("198.1.0.7:40000", "nonce of the first"), second = Host("198.1.0.7:40001", "nonce of the second");
        for (int i = 0; i < 60; i++)
        {
            first.Run(60);
            second.Run(60);
        }

        Assert.Equal((TurnAllocationState.Allocated, TurnAllocationState.Allocated), (first.Allocation.State, second.Allocation.State));
        Assert.True(first.CountSent(StunMethod.Refresh) > 5 && second.CountSent(StunMethod.Refresh) > 5);
        Assert.Equal(1, stale);

        ClientHost Host(string address, string nonce)
        {
            var host = new ClientHost(memory: memory, address: address);
            host.Script = bytes =>
            {
                StunMessage request = ClientHost.Parse(bytes);
                if (!request.HasIntegrity) return Answers.Challenge(in request, nonce: nonce);

                request.TryGet(StunAttributeType.Nonce, out ReadOnlySpan<byte> used);
                if (used.SequenceEqual(Encoding.ASCII.GetBytes(nonce))) return Answers.Allocated(in request, Answers.Key);
                stale++;
                return Answers.Challenge(in request, StunErrorCode.StaleNonce, nonce: nonce);
            };
            return host.Settle();
        }
    }
}
