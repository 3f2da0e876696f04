using System.Diagnostics;
using Traversal.Primitives;
using Traversal.Simulation;
using Traversal.Simulation.Client;

namespace Traversal.Client.Tests.Simulated;

/// <summary>The virtual clock stands while anything runs, and only then.</summary>
[Collection(nameof(VirtualTime))]
public sealed class SimulatedWorldTests
{
    private static readonly int[] Delays = [30, 10, 20, 10];

    private readonly SimulatedWorld _world = new();
    private readonly TimeProvider _time;

    public SimulatedWorldTests() => _time = _world.Time;

    [Fact]
    public async Task A_year_takes_no_time()
    {
        var watch = Stopwatch.StartNew();
        MonotonicTime start = _world.Now;
        await _world.RunAsync(async () =>
        {
            for (int i = 0; i < 365; i++) await Task.Delay(TimeSpan.FromDays(1), _time);
        }, TimeSpan.FromDays(366));

        Assert.Equal(TimeSpan.FromDays(365), _world.Now - start);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task The_clock_stands_while_the_pool_works_on_many_things_for_long() => await _world.RunAsync(async () =>
    {
        using ITimer beat = _time.CreateTimer(static _ => { }, null, TimeSpan.Zero, TimeSpan.FromMilliseconds(1));
        MonotonicTime start = _world.Now;
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => WorkAsync(depth: 200)));
        Assert.Equal(start, _world.Now);
    });

    [Fact]
    public async Task Timers_fire_at_their_moments_and_in_their_order() => await _world.RunAsync(async () =>
    {
        var fired = new List<(int Which, double At)>();
        MonotonicTime start = _world.Now;
        Task[] waits = [.. Delays.Select(async (delay, which) =>
        {
            await DelayAsync(delay);
            lock (fired) fired.Add((which, (_world.Now - start).TotalMilliseconds));
        })];
        await Task.WhenAll(waits);
        Assert.Equal([(1, 10), (3, 10), (2, 20), (0, 30)], fired);
    });

    [Fact]
    public async Task A_timer_that_is_set_anew_stopped_or_given_up_does_what_was_said_last() => await _world.RunAsync(async () =>
    {
        int calls = 0;
        await using ITimer timer = _time.CreateTimer(_ => Interlocked.Increment(ref calls), null, TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(5));
        await DelayAsync(22);
        Assert.Equal(3, calls);
        timer.Change(TimeSpan.FromMilliseconds(10), Timeout.InfiniteTimeSpan);
        await DelayAsync(100);
        Assert.Equal(4, calls);
        timer.Change(TimeSpan.FromMilliseconds(10), Timeout.InfiniteTimeSpan);
        await timer.DisposeAsync();
        await DelayAsync(100);
        Assert.Equal(4, calls);
        Assert.False(timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan));
    });

    [Fact]
    public async Task Who_waits_for_what_never_comes_is_told() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => _world.RunAsync(() => new TaskCompletionSource().Task));

    [Fact]
    public async Task Who_waits_for_longer_than_the_limit_is_told() =>
        await Assert.ThrowsAsync<TimeoutException>(() => _world.RunAsync(() => Task.Delay(TimeSpan.FromSeconds(2), _time), TimeSpan.FromSeconds(1)));

    [Fact]
    public async Task Who_blocks_a_thread_of_the_pool_is_told()
    {
        var world = new SimulatedWorld { Patience = TimeSpan.FromMilliseconds(200) };
        using var blocked = new ManualResetEventSlim();
        await Assert.ThrowsAsync<TimeoutException>(() => world.RunAsync(() => Task.Run(() => blocked.Wait())));
        blocked.Set();
    }

    [Fact]
    public async Task What_the_task_throws_is_thrown() =>
        await Assert.ThrowsAsync<FormatException>(() => _world.RunAsync(async () =>
        {
            await DelayAsync(1);
            throw new FormatException();
        }));

    [Fact]
    public void The_same_seed_draws_the_same()
    {
        byte[] Draw(ulong seed)
        {
            var world = new SimulatedWorld(seed);
            byte[] drawn = new byte[16];
            world.EnvironmentOf(new Host(world.Network)).Random.Fill(drawn);
            return drawn;
        }

        Assert.Equal(Draw(3), Draw(3));
        Assert.NotEqual(Draw(3), Draw(4));
    }

    private Task DelayAsync(int milliseconds) => Task.Delay(TimeSpan.FromMilliseconds(milliseconds), _time);

    // Through the global queue, the local ones, and with a pause in which others are retired.
    private static async Task WorkAsync(int depth)
    {
        for (int i = 0; i < depth; i++)
        {
            var next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            ThreadPool.UnsafeQueueUserWorkItem(
                static next =>
                {
                    Thread.SpinWait(1000);
                    next.SetResult();
                },
                next,
                preferLocal: i % 2 == 0);
            await next.Task.ConfigureAwait(false);
            if (i % 50 == 0) Thread.Sleep(2);
        }
    }
}
