namespace Traversal.Server.Tests;

/// <summary>Holds a worker where it reads the clock, which it does at least once a round, when it has received.</summary>
internal sealed class GatedTime : TimeProvider, IDisposable
{
    private readonly ManualResetEventSlim _gate = new(initialState: true);
    private volatile bool _isHolding;

    /// <summary>Called in every round, on the worker.</summary>
    public Action? OnRound { get; set; }

    /// <summary>Whether the worker has come to the closed gate.</summary>
    public bool IsHolding => _isHolding;

    public void Close() => _gate.Reset();

    public void Open() => _gate.Set();

    public override long GetTimestamp()
    {
        if (Thread.CurrentThread.Name?.StartsWith("relay-", StringComparison.Ordinal) != true) return base.GetTimestamp();
        _isHolding = !_gate.IsSet;
        _gate.Wait();
        OnRound?.Invoke();
        return base.GetTimestamp();
    }

    public void Dispose() => _gate.Dispose();
}
