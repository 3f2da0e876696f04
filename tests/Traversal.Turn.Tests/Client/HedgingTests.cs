using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Client;
using Traversal.Turn.Server;
using Traversal.Turn.Tests.Server;

namespace Traversal.Turn.Tests.Client;

/// <summary>Requests that are begun once more, beside themselves, as nobody answers.</summary>
public sealed class HedgingTests
{
    [Fact]
    public void A_request_that_two_timeouts_have_not_answered_is_begun_again_and_the_first_goes_on()
    {
        var host = new ClientHost { IsServerDead = true };
        host.Run(0.99);
        Assert.Single(Ids(host));
        host.Run(0.02);
        Assert.Equal(2, Ids(host).Length);
        host.Run(2.6);
        Assert.Equal(4, host.Sent.Count(bytes => ClientHost.Parse(bytes).TransactionId == Ids(host)[0]));
        Assert.Equal(3, host.Sent.Count(bytes => ClientHost.Parse(bytes).TransactionId == Ids(host)[1]));
        host.Run(60);
        Assert.Equal(2, Ids(host).Length);
    }

    [Theory]
    [InlineData(0), InlineData(1)]
    public void Either_is_answered_and_the_other_is_over(int answered)
    {
        ClientHost host = new ClientHost().Settle();
        host.IsServerDead = true;
        host.Do(allocation => allocation.Permit(ClientHost.Peer("9.9.9.9:9"), host.Now));
        host.Run(0.5);
        byte[][] requests = [.. host.Sent.Where(bytes => ClientHost.Parse(bytes).Method == StunMethod.CreatePermission).DistinctBy(bytes => ClientHost.Parse(bytes).TransactionId)];
        Assert.Equal(2, requests.Length);
        Assert.Equal(TurnArrivalKind.Handled, host.Forge(host.Relay.FromClient(host.Via, host.Address, requests[answered]).Bytes).Kind);
        Assert.Equal(TurnArrivalKind.Dropped, host.Forge(host.Relay.FromClient(host.Via, host.Address, requests[1 - answered]).Bytes).Kind);
        Assert.Single(host.Events, happened => happened.Kind == TurnEventKind.PeerPermitted);
        int sent = host.Sent.Count;
        host.Run(100);
        Assert.Equal(sent, host.Sent.Count);
    }

    [Fact]
    public void An_Allocate_that_meets_its_own_allocation_has_the_answer_of_the_first_repeated_at_once()
    {
        var host = new ClientHost();
        int lost = 0;
        host.Tamper = bytes => ClientHost.Parse(bytes).Class == StunClass.SuccessResponse && lost++ < 2 ? null : bytes;
        host.Settle();
        Assert.Equal(TurnAllocationState.Allocated, host.Allocation.State);
        Assert.Equal(1, host.Relay.Machine.Counters[RelayCounter.AllocationsCreated]);
        Assert.True(host.Relay.Machine.Counters[RelayCounter.AllocateRetransmissions] >= 2);

        // Two timeouts of 150 ms, and a round trip for each: long before the third transmission at 1.05 s would be answered.
        Assert.InRange(host.Sent.Count, 5, 6);
    }

    [Fact]
    public void A_server_that_refuses_each_for_the_sake_of_the_other_is_given_up()
    {
        var host = new ClientHost();
        HashSet<TransactionId> met = [];
        host.Script = bytes =>
        {
            StunMessage request = ClientHost.Parse(bytes);
            if (!request.HasIntegrity) return Answers.Challenge(in request);
            met.Add(request.TransactionId);
            return met.Count % 2 == 0 ? Answers.Error(in request, StunErrorCode.AllocationMismatch, Answers.Key) : null;
        };
        MonotonicTime start = host.Now;
        host.Settle();
        Assert.NotNull(host.Allocation.Failure);
        Assert.InRange((host.Now - start).TotalSeconds, 0, 80);
        Assert.InRange(host.Sent.Count, 3, 500);
    }

    [Fact]
    public void Nothing_is_begun_again_on_a_stream_nor_where_it_is_not_wanted()
    {
        var stream = new ClientHost(configure: options => options.IsStream = true, via: new SocketId(-7)) { IsServerDead = true };
        stream.Run(30);
        Assert.Single(stream.Sent);
        var plain = new ClientHost(configure: options => options.HedgesRequests = false) { IsServerDead = true };
        plain.Run(30);
        Assert.Single(Ids(plain));
    }

    [Fact]
    public void Where_there_is_no_room_for_another_request_the_chance_is_missed()
    {
        ClientHost host = new ClientHost().Settle();
        host.IsServerDead = true;
        for (int i = 1; i < 30; i++) host.Send($"9.9.9.{i}:9", [1]);
        host.Run(30);
        Assert.InRange(host.Sent.Skip(2).Select(bytes => ClientHost.Parse(bytes).TransactionId).Distinct().Count(), 9, 10);
    }

    private static TransactionId[] Ids(ClientHost host) => [.. host.Sent.Select(bytes => ClientHost.Parse(bytes).TransactionId).Distinct()];
}
