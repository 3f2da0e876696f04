namespace Traversal.Client;

/// <summary>The right to receive by a socket or connection: of the thread that has it, or, while that runs the application's code, of whoever takes it over.</summary>
internal sealed class Pump<TWay>(TWay way)
{
    private const int Running = 0, Lent = 1, TakenOver = 2;

    private int _state;

    public TWay Way => way;

    /// <summary>Begins to run the application's code.</summary>
    public void Lend() => Volatile.Write(ref _state, Lent);

    /// <summary>Ends that.</summary>
    /// <returns>Whether it is this thread's still.</returns>
    public bool TryResume() => Interlocked.CompareExchange(ref _state, Running, Lent) == Lent;

    /// <summary>Takes it from a thread that runs the application's code.</summary>
    public bool TryTakeOver() => Interlocked.CompareExchange(ref _state, TakenOver, Lent) == Lent;
}
