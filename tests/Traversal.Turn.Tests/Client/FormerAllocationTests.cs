using Traversal.Stun;
using Traversal.Turn.Client;
using Traversal.Turn.Tests.Server;

namespace Traversal.Turn.Tests.Client;

/// <summary>The server still holds an allocation for the client's 5-tuple (RFC 8656 section 7.4, 437).</summary>
public sealed class FormerAllocationTests
{
    [Fact]
    public void That_of_a_client_that_crashed_and_comes_back_is_ended_for_the_new_one()
    {
        ClientHost former = new ClientHost().Settle(), next = After(former).Settle();

        Assert.Equal(TurnAllocationState.Allocated, next.Allocation.State);
        Assert.False(former.Relay.IsOpen(former.Allocation.RelayedAddress));
        Assert.True(former.Relay.IsOpen(next.Allocation.RelayedAddress));
        Assert.Equal([TurnEventKind.Allocated], next.Events.Select(happened => happened.Kind));
    }

    [Fact]
    public void That_of_somebody_else_stays_and_another_port_is_to_be_tried()
    {
        var relay = new TestRelay(credentials: TestRelay.Credentials(("other", "word")));
        ClientHost former = new ClientHost(relay, credential: ClientHost.Credential("other", "word")).Settle(), next = After(former).Settle();

        Assert.Equal((TurnFailureReason.Refused, StunErrorCode.AllocationMismatch), (next.Allocation.Failure!.Reason, next.Allocation.Failure.Code));
        Assert.Equal(TurnRetryAdvice.TryAnotherPort, next.Allocation.Failure.Advice);
        Assert.True(relay.IsOpen(former.Allocation.RelayedAddress));
    }

    [Fact]
    public void It_may_end_by_itself_at_any_moment()
    {
        for (int early = 0; early <= 200; early += 5)
        {
            ClientHost former = new ClientHost().Settle();
            former.Relay.AdvanceSilently(TimeSpan.FromSeconds(600) - TimeSpan.FromMilliseconds(early));
            ClientHost next = After(former).Settle();

            Assert.True(next.Allocation.State == TurnAllocationState.Allocated, $"{early} ms before its end: {next.Allocation.Failure?.Code}");
        }
    }

    [Fact]
    public void Whatever_is_lost_on_the_way_there_is_one_in_the_end()
    {
        for (ulong seed = 1; seed <= 200; seed++)
        {
            ClientHost former = new ClientHost(seed: seed).Settle(), next = After(former, new NetworkPath { Loss = 0.2 }, seed).Settle();

            Assert.True(next.Allocation.State == TurnAllocationState.Allocated, $"seed {seed}: {next.Allocation.Failure?.Reason} {next.Allocation.Failure?.Code}");
        }
    }

    [Fact]
    public void What_ends_it_is_one_transaction_however_long_the_answer_takes_as_another_might_come_late_and_end_the_new_one()
    {
        ClientHost former = new ClientHost().Settle(), next = After(former);
        bool isLost = true;
        next.Tamper = bytes => isLost && ClientHost.Parse(bytes).Method == StunMethod.Refresh ? null : bytes;
        next.Run(10);
        isLost = false;
        next.Settle();

        Assert.Equal(TurnAllocationState.Allocated, next.Allocation.State);
        byte[][] requests = [.. next.Sent.Where(bytes => ClientHost.Parse(bytes).Method == StunMethod.Refresh)];
        Assert.InRange(requests.Length, 3, 8);
        Assert.Single(requests.Select(bytes => ClientHost.Parse(bytes).TransactionId).Distinct());
    }

    [Fact]
    public void Who_has_not_asked_for_that_is_told_to_try_another_port()
    {
        ClientHost former = new ClientHost().Settle();
        ClientHost next = new ClientHost(former.Relay, seed: 70).Settle();

        Assert.Equal(TurnRetryAdvice.TryAnotherPort, next.Allocation.Failure!.Advice);
        Assert.True(former.Relay.IsOpen(former.Allocation.RelayedAddress));
    }

    // The former client is never heard of again.
    private static ClientHost After(ClientHost former, NetworkPath? path = null, ulong seed = 70) =>
        new(former.Relay, options => options.EndsFormer = true, path: path, seed: seed + 1000);
}
