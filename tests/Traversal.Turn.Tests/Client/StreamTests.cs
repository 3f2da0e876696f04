using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Client;
using Traversal.Turn.Tests.Server;

namespace Traversal.Turn.Tests.Client;

public sealed class StreamTests
{
    private static readonly SocketId Connection = new(-7);

    private readonly ClientHost _host = new(configure: options => options.IsStream = true, via: Connection);

    [Fact]
    public void Data_is_padded_whatever_its_length()
    {
        _host.Settle();
        _host.Send("9.9.9.9:9", [1]);
        _host.Run(1);
        for (int length = 0; length < 9; length++)
        {
            byte[] data = [.. Enumerable.Range(1, length).Select(i => (byte)i)];
            Assert.Equal(TurnWrapStatus.Ready, _host.Send("9.9.9.9:9", data));
            Assert.Equal(4 + (length + 3 & ~3), _host.Sent[^1].Length);
            Assert.All(_host.Sent[^1][(4 + length)..], padding => Assert.Equal(0, padding));
            _host.Run(0.1);
            Assert.Equal(data, _host.AtPeers[^1].Data);
            _host.Receive("9.9.9.9:9", data);
            _host.Run(0.1);
            Assert.Equal(data, _host.FromPeers[^1].Data);
        }
    }

    [Fact]
    public void Nothing_is_sent_twice_and_silence_ends_it_after_39_5_seconds()
    {
        _host.IsServerDead = true;
        MonotonicTime start = _host.Now;
        _host.Settle();
        Assert.Equal(TurnFailureReason.TimedOut, _host.Allocation.Failure!.Reason);
        Assert.Equal(39.5, (_host.Now - start).TotalSeconds, 0.01);
        Assert.Single(_host.Sent);
    }

    [Fact]
    public void An_answer_with_wrong_integrity_ends_it_at_once()
    {
        _host.RunUntil(() => _host.Sent.Count == 2, 1);
        StunMessage request = ClientHost.Parse(_host.Sent[1]);
        byte[] forged = Answers.Error(in request, StunErrorCode.InsufficientCapacity, IntegrityKey.FromBytes("another"u8));
        Assert.Equal(TurnArrivalKind.Handled, _host.Forge(forged).Kind);
        Assert.Equal(new TurnFailure(TurnFailureReason.IntegrityViolated, StunErrorCode.InsufficientCapacity), _host.Allocation.Failure);
    }

    [Fact]
    public void A_connection_that_is_closed_takes_its_allocation_along()
    {
        _host.Settle();
        _host.Do(allocation => allocation.OnPathLost());
        Assert.Equal(TurnFailureReason.PathLost, _host.Allocation.Failure!.Reason);
        Assert.True(_host.Has(TurnEventKind.Ended));
    }
}
