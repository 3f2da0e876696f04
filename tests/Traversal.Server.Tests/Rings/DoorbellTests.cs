using Traversal.Server.Rings;

namespace Traversal.Server.Tests.Rings;

public sealed class DoorbellTests
{
    private readonly Doorbell _doorbell;
    private int _wakes;

    public DoorbellTests() => _doorbell = new Doorbell(() => _wakes++);

    [Fact]
    public void Who_is_awake_is_not_woken_but_does_not_go_to_sleep_either()
    {
        _doorbell.Ring();
        _doorbell.Ring();
        Assert.Equal(0, _wakes);
        Assert.False(_doorbell.TrySleep());
        Assert.True(_doorbell.TryAnswer());
        Assert.False(_doorbell.TryAnswer());
        Assert.True(_doorbell.TrySleep());
    }

    [Fact]
    public void Who_sleeps_is_woken_once()
    {
        Assert.True(_doorbell.TrySleep());
        _doorbell.Ring();
        _doorbell.Ring();
        Assert.Equal(1, _wakes);
        _doorbell.Rise();
        Assert.True(_doorbell.TryAnswer());
    }

    [Fact]
    public void Who_rose_by_itself_is_awake()
    {
        Assert.True(_doorbell.TrySleep());
        _doorbell.Rise();
        Assert.False(_doorbell.TryAnswer());
        _doorbell.Ring();
        Assert.Equal(0, _wakes);
    }
}
