using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Client;
using Traversal.Turn.Server;
using Traversal.Turn.Tests.Server;

namespace Traversal.Turn.Tests.Client;

public sealed class KeepingTests
{
    [Fact]
    public void An_allocation_and_its_peers_are_kept_for_a_day()
    {
        var host = new ClientHost().Settle();
        host.Do(allocation => allocation.Permit(ClientHost.Peer("9.9.9.9:9"), host.Now));
        host.Send("9.9.9.8:8", [1]);
        host.Run(TimeSpan.FromDays(1).TotalSeconds);
        Assert.Equal(TurnAllocationState.Allocated, host.Allocation.State);
        Assert.Equal(TurnWrapStatus.Ready, host.Send("9.9.9.9:9", [2]));
        Assert.Equal(TurnWrapStatus.Ready, host.Send("9.9.9.8:8", [3]));
        host.Run(1);
        Assert.Equal([2, 3], host.AtPeers.Select(sent => sent.Data.Single()));
        Assert.Equal(1, host.Relay.Machine.AllocationCount);

        // Per ten minutes a Refresh at most every eight, a ChannelBind every nine, CreatePermission every four, and stale nonces.
        Assert.InRange(host.Sent.Count, 500, 1300);
    }

    [Theory]
    [InlineData(600, 480), InlineData(3600, 2880), InlineData(200, 140), InlineData(60, 30)]
    public void It_is_refreshed_a_minute_before_its_end_at_the_latest(int lifetime, int refreshedAfter)
    {
        var host = new ClientHost(
            new TestRelay(options => (options.DefaultLifetime, options.MaxLifetime) = (TimeSpan.FromSeconds(lifetime), TimeSpan.FromSeconds(lifetime)))).Settle();
        MonotonicTime start = host.Now;
        host.RunUntil(() => host.CountSent(StunMethod.Refresh) > 0, 4000);
        Assert.Equal(refreshedAfter, (host.Now - start).TotalSeconds, 0.2);
    }

    [Fact]
    public void Closing_deletes_it_on_the_server()
    {
        var host = new ClientHost().Settle();
        host.Do(allocation => allocation.Close(host.Now));
        Assert.Equal(TurnAllocationState.Closing, host.Allocation.State);
        host.Run(1);
        Assert.Equal(TurnFailureReason.Closed, host.Allocation.Failure!.Reason);
        Assert.Equal(0, host.Relay.Machine.AllocationCount);
        Assert.Equal(TurnWrapStatus.NoAllocation, host.Send("9.9.9.9:9", [1]));
    }

    [Fact]
    public void Closing_while_allocating_leaves_nothing_behind()
    {
        var host = new ClientHost();
        host.RunUntil(() => host.Sent.Count == 2, 1);
        host.Do(allocation => allocation.Close(host.Now));
        host.Run(1);
        Assert.Equal(TurnFailureReason.Closed, host.Allocation.Failure!.Reason);
        Assert.Equal(0, host.Relay.Machine.AllocationCount);
    }

    [Fact]
    public void A_server_that_never_answers_is_given_up_after_39_5_seconds()
    {
        var host = new ClientHost { IsServerDead = true };
        MonotonicTime start = host.Now;
        host.Settle();
        Assert.Equal(TurnFailureReason.TimedOut, host.Allocation.Failure!.Reason);
        Assert.Equal(39.5, (host.Now - start).TotalSeconds, 0.01);
        Assert.InRange(host.Sent.Count, 7, 14);
    }

    [Fact]
    public void A_server_that_dies_is_noticed_39_5_seconds_after_the_next_request()
    {
        var host = new ClientHost().Settle();
        host.Do(allocation => allocation.Permit(ClientHost.Peer("9.9.9.9:9"), host.Now));
        host.Run(1);
        host.IsServerDead = true;
        MonotonicTime next = host.Now;
        host.RunUntil(() => host.CountSent(StunMethod.CreatePermission) > 1, 300);
        next = host.Now;
        host.RunUntil(() => host.Allocation.State == TurnAllocationState.Ended, 600);
        Assert.Equal(TurnFailureReason.TimedOut, host.Allocation.Failure!.Reason);
        Assert.Equal(39.5, (host.Now - next).TotalSeconds, 0.1);
    }

    [Fact]
    public void While_data_comes_the_server_is_not_dead()
    {
        var host = new ClientHost().Settle();
        host.Do(allocation => allocation.Permit(ClientHost.Peer("9.9.9.9:9"), host.Now));
        host.Run(1);
        host.IsServerDead = true;
        host.RunUntil(() => host.CountSent(StunMethod.CreatePermission) > 1, 300);
        for (int i = 0; i < 40; i++)
        {
            host.Receive("9.9.9.9:9", [1]);
            host.Run(1);
        }

        Assert.Equal(TurnAllocationState.Allocated, host.Allocation.State);
        host.IsServerDead = false;
        host.Run(700);
        Assert.Equal(TurnAllocationState.Allocated, host.Allocation.State);
    }

    [Fact]
    public void An_allocation_that_the_server_has_lost_is_over()
    {
        var host = new ClientHost().Settle();
        var other = new ClientHost(new TestRelay(), memory: host.Memory);
        host.Relay.Machine.OnTime(new Clock(host.Now + TimeSpan.FromHours(1), host.Relay.Clock.Utc));
        host.Relay.Drain();
        host.Do(allocation => allocation.Permit(ClientHost.Peer("9.9.9.9:9"), host.Now));
        host.Run(1);
        Assert.Equal(new TurnFailure(TurnFailureReason.AllocationLost, StunErrorCode.AllocationMismatch), host.Allocation.Failure);
        Assert.Equal(TurnRetryAdvice.TryAgain, host.Allocation.Failure!.Advice);
    }
}
