namespace Traversal.Client.Tests;

/// <summary>RFC 8305 section 5, in virtual time: only the race itself waits for the clock, each attempt ends when the test says so.</summary>
public sealed class RaceTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly ManualTime _time = new();
    private readonly Dictionary<string, Attempt> _attempts = new(StringComparer.Ordinal) { ["a"] = new(), ["b"] = new(), ["c"] = new() };
    private readonly List<string> _discarded = [];

    [Fact]
    public async Task A_first_way_that_works_in_time_is_alone()
    {
        Task<string> race = Start();
        _attempts["a"].End.SetResult("a");

        Assert.Equal("a", await race.WaitAsync(Limit));
        Assert.False(_attempts["b"].Started.Task.IsCompleted);
    }

    [Fact]
    public async Task A_way_that_is_slow_is_joined_by_the_next_every_quarter_of_a_second()
    {
        Task<string> race = Start();
        await _time.AdvanceOnceAsync(Race.AttemptDelay);
        Assert.Equal(250, await _attempts["b"].Started.Task.WaitAsync(Limit));
        await _time.AdvanceOnceAsync(Race.AttemptDelay);
        Assert.Equal(500, await _attempts["c"].Started.Task.WaitAsync(Limit));

        _attempts["c"].End.SetResult("c");

        Assert.Equal("c", await race.WaitAsync(Limit));
        Assert.True(_attempts["a"].End.Task.IsCanceled && _attempts["b"].End.Task.IsCanceled);
    }

    [Fact]
    public async Task A_slow_way_may_still_win()
    {
        Task<string> race = Start();
        await _time.AdvanceOnceAsync(Race.AttemptDelay);
        await _attempts["b"].Started.Task.WaitAsync(Limit);

        _attempts["a"].End.SetResult("a");

        Assert.Equal("a", await race.WaitAsync(Limit));
    }

    [Fact]
    public async Task A_way_that_fails_makes_room_at_once()
    {
        Task<string> race = Start();
        _attempts["a"].End.SetResult("a failed");

        Assert.Equal(0, await _attempts["b"].Started.Task.WaitAsync(Limit));
        _attempts["b"].End.SetResult("b");
        Assert.Equal("b", await race.WaitAsync(Limit));
    }

    [Fact]
    public async Task Where_all_fail_the_first_tells()
    {
        Task<string> race = Start();
        foreach (string way in (string[])["a", "b", "c"]) _attempts[way].End.SetResult(way + " failed");

        Assert.Equal("a failed", await race.WaitAsync(Limit));
        Assert.Equal(0, _time.Elapsed.TotalMilliseconds);
    }

    [Fact]
    public async Task A_success_that_comes_too_late_is_disposed_of()
    {
        _attempts["a"].IgnoresCancellation = true;
        Task<string> race = Start();
        await _time.AdvanceOnceAsync(Race.AttemptDelay);
        await _attempts["b"].Started.Task.WaitAsync(Limit);
        _attempts["b"].End.SetResult("b");
        await _attempts["a"].Cancelled.Task.WaitAsync(Limit);
        Assert.False(race.IsCompleted);

        _attempts["a"].End.SetResult("a");

        Assert.Equal("b", await race.WaitAsync(Limit));
        Assert.Equal(["a"], _discarded);
    }

    [Fact]
    public async Task A_caller_that_gives_up_ends_every_attempt()
    {
        using var cancel = new CancellationTokenSource();
        Task<string> race = Start(cancel.Token);
        await _time.AdvanceOnceAsync(Race.AttemptDelay);
        await _attempts["b"].Started.Task.WaitAsync(Limit);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => race.WaitAsync(Limit));
        Assert.True(_attempts["a"].End.Task.IsCanceled && _attempts["b"].End.Task.IsCanceled);
    }

    private Task<string> Start(CancellationToken cancellationToken = default) => Race.RunAsync(
        ["a", "b", "c"],
        (way, over) => _attempts[way].RunAsync(_time, over),
        result => !result.EndsWith("failed", StringComparison.Ordinal),
        result =>
        {
            _discarded.Add(result);
            return ValueTask.CompletedTask;
        },
        _time,
        cancellationToken);

    private sealed class Attempt
    {
        public TaskCompletionSource<double> Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<string> End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IgnoresCancellation { get; set; }

        public Task<string> RunAsync(ManualTime time, CancellationToken cancellationToken)
        {
            Started.SetResult(time.Elapsed.TotalMilliseconds);
            cancellationToken.Register(() =>
            {
                Cancelled.TrySetResult();
                if (!IgnoresCancellation) End.TrySetCanceled(cancellationToken);
            });
            return End.Task;
        }
    }
}
