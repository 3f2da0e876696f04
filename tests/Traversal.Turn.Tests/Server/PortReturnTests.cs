using Traversal.Primitives;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

/// <summary>A port is given out again as soon as its socket is closed, and not before: on another machine it would not open.</summary>
public sealed class PortReturnTests
{
    private readonly TestRelay _first;
    private readonly TestRelay _second;
    private readonly TestClient _left;
    private readonly TestClient _right;

    public PortReturnTests()
    {
        var options = new RelayOptions { Realm = TestRelay.Realm, MinPort = 50_000, MaxPort = 50_000 };
        var group = new RelayGroup(options, RandomSource.Seeded(1));
        (_first, _second) = (new TestRelay(group: group), new TestRelay(group: group, shard: 1));
        (_left, _right) = (new TestClient(_first, "198.1.0.1:1"), new TestClient(_second, "198.1.0.2:2"));
    }

    [Fact]
    public void The_only_port_goes_to_another_machine_once_its_socket_is_closed()
    {
        Assert.True(_left.Allocate().IsSuccess);
        Assert.Equal(508, _right.Allocate().Code);

        _first.HoldsCommands = true;
        Assert.True(_left.Refresh(0).IsSuccess);
        Assert.Equal(508, _right.Allocate().Code);
        _first.OpenNext();
        Assert.True(_right.Allocate().IsSuccess);
        Assert.Equal(0, _second.Machine.Counters[RelayCounter.PortsTaken]);
    }
}
