namespace Traversal.Server.Rings;

/// <summary>
/// Tells a shard that there is something for it, and wakes it only if it sleeps. Every step is a full fence, so either the one who rings sees that the
/// shard sleeps, or the shard sees what was published before it goes to sleep.
/// </summary>
/// <param name="wake">Ends the shard's sleep, or its next one. Called on the thread that rings.</param>
internal sealed class Doorbell(Action wake)
{
    private const int Idle = 0;
    private const int Rung = 1;
    private const int Asleep = 2;

    private int _state;

    /// <summary>Rings; for any thread, once for all that it has published.</summary>
    public void Ring()
    {
        if (Interlocked.Exchange(ref _state, Rung) == Asleep) wake();
    }

    /// <summary>Whether it rang since the last time. The shard looks at the rings afterwards.</summary>
    public bool TryAnswer() => Volatile.Read(ref _state) == Rung && Interlocked.Exchange(ref _state, Idle) == Rung;

    /// <summary>Begins a sleep; false if there is something to be done first.</summary>
    public bool TrySleep() => Interlocked.CompareExchange(ref _state, Asleep, Idle) == Idle;

    /// <summary>Ends it.</summary>
    public void Rise()
    {
        if (Volatile.Read(ref _state) == Asleep) Interlocked.CompareExchange(ref _state, Idle, Asleep);
    }
}
