using Traversal.Primitives;

namespace Traversal.Transport;

/// <summary>
/// Sends and receives datagrams in batches over any number of sockets. One shard is one thread with one engine: nothing here but
/// <see cref="Wake"/> and <see cref="Counters"/> may be used from another thread. Nothing allocates once the sockets are open.
/// </summary>
public abstract class DatagramEngine : IDisposable
{
    /// <summary>Writable bytes in front of every received or reserved datagram, for a header that is put before it in place.</summary>
    public const int Headroom = 64;

    /// <summary>Writable bytes behind the longest datagram, for padding.</summary>
    public const int Tailroom = 8;

    /// <summary>The longest datagram that a slot holds.</summary>
    public const int MaxDatagram = 65_535;

    /// <summary>The engine's name, as in a metric tag: <c>managed</c> or <c>linux</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Why this engine was taken, in a few words for the log.</summary>
    public string Choice { get; private set; } = string.Empty;

    /// <summary>What this engine does beyond the plain contract, as found out when it was made.</summary>
    public abstract EngineCapabilities Capabilities { get; }

    /// <summary>
    /// The most datagrams that one <see cref="Receive"/> returns: <see cref="DatagramEngineOptions.ReceiveSlots"/>, or more where several arrive as one.
    /// </summary>
    public abstract int MaxBatch { get; }

    /// <summary>What happened so far. May be read from any thread.</summary>
    public EngineCounters Counters { get; } = new();

    /// <summary>
    /// The memory in which all datagrams stand, each with <see cref="Headroom"/> writable bytes in front of it and <see cref="Tailroom"/> behind its
    /// longest extent. It stays where it is for the life of the engine; which parts the caller may touch is said by <see cref="Receive"/> and
    /// <see cref="TryReserve"/>.
    /// </summary>
    public abstract Span<byte> Slab { get; }

    /// <summary>Makes an engine.</summary>
    /// <param name="kind">Which; <see cref="EngineKind.Auto"/> falls back to the portable one and says why in <see cref="Choice"/>.</param>
    /// <param name="options">Sizes; read once.</param>
    /// <exception cref="PlatformNotSupportedException"><paramref name="kind"/> names an engine that does not work here.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside of its range.</exception>
    public static DatagramEngine Create(EngineKind kind, DatagramEngineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (DatagramEngine engine, string choice) = EngineFactory.Create(kind, options);
        engine.Choice = choice;
        return engine;
    }

    /// <summary>
    /// The place of a socket in a flat table of the caller's: 0 to <see cref="DatagramEngineOptions.MaxSockets"/> - 1. The index of a closed socket
    /// is used again by another one, with another id.
    /// </summary>
    public static int IndexOf(SocketId socket) => SocketTable.IndexOf(socket);

    /// <summary>Opens a socket.</summary>
    /// <param name="local">The address to bind; port 0 takes any free one. An IPv6 socket carries IPv6 only.</param>
    /// <param name="role">What it is for.</param>
    /// <param name="socket">Its id, never used again for another socket of this engine within 2,047 reuses of its index.</param>
    /// <param name="bound">The address that it got.</param>
    /// <param name="failure">Why it failed; <see cref="OpenFailure.None"/> if it did not.</param>
    public abstract bool TryOpen(
        in TransportAddress local, SocketRole role, out SocketId socket, out TransportAddress bound, out OpenFailure failure);

    /// <summary>Closes a socket. What it had received and not handed out is lost. A socket that is closed already is left alone.</summary>
    public abstract void Close(SocketId socket);

    /// <summary>Waits for datagrams, for <see cref="Wake"/> or for the timeout, whichever is first.</summary>
    /// <param name="timeout">How long to wait at most; zero or less does not wait, <see cref="TimeSpan.MaxValue"/> waits without end.</param>
    /// <returns>
    /// The datagrams, those of one socket in the order of arrival; empty after a wake-up, the timeout, or for no reason. Both the span and the bytes (with
    /// headroom and tailroom) are the caller's until the next call of this method. No socket can starve another.
    /// </returns>
    public abstract ReadOnlySpan<Datagram> Receive(TimeSpan timeout);

    /// <summary>
    /// The ICMP errors that the last <see cref="Receive"/> found, where the engine has <see cref="EngineCapabilities.PathErrors"/>; some of many.
    /// They are the caller's until the next call of that method.
    /// </summary>
    public virtual ReadOnlySpan<PathError> PathErrors => default;

    /// <summary>
    /// The same, with the time in the caller's own clock: where the deadline is that of the last wait, the engine need not look at the time.
    /// </summary>
    /// <param name="now">The present, as the caller last read it.</param>
    /// <param name="deadline">When to return at the latest; not after <paramref name="now"/> does not wait.</param>
    public virtual ReadOnlySpan<Datagram> ReceiveUntil(MonotonicTime now, MonotonicTime deadline) => Receive(deadline - now);

    /// <summary>
    /// Takes a slot for a datagram of the caller's making, with room for <see cref="MaxDatagram"/> bytes from <paramref name="start"/>,
    /// headroom and tailroom. It is the caller's until the next <see cref="Send"/> returns.
    /// </summary>
    /// <returns>False when all <see cref="DatagramEngineOptions.ReservedSlots"/> are taken: send first.</returns>
    public bool TryReserve(out int start)
    {
        bool free = _reserved < ReservedSlots;
        start = free ? FirstReserved + _reserved++ * ReservedStride : 0;
        return free;
    }

    /// <summary>
    /// Sends datagrams. Those of one socket to one destination leave in this order. One that cannot be sent is dropped and counted by
    /// <see cref="SendFailure"/>; the others are not affected. Ends all reservations.
    /// </summary>
    /// <param name="batch">
    /// The datagrams; their bytes stand in <see cref="Slab"/>. What they ask of the IP header needs <see cref="EngineCapabilities.DontFragment"/> and
    /// <see cref="EngineCapabilities.IPHeaders"/>; an engine without them does not look at it.
    /// </param>
    public void Send(ReadOnlySpan<Datagram> batch)
    {
        if (!batch.IsEmpty) SendBatch(batch);
        _reserved = 0;
    }

    /// <summary>Makes the present or the next <see cref="Receive"/> return at once. Any thread may call it, also after disposal.</summary>
    public abstract void Wake();

    /// <summary>Closes all sockets and frees the memory. The thread that receives must have stopped.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    private int _reserved;

    private protected DatagramEngine()
    {
    }

    private protected int FirstReserved { get; init; }

    private protected int ReservedStride { get; init; }

    private protected int ReservedSlots { get; init; }

    private protected abstract void SendBatch(ReadOnlySpan<Datagram> batch);

    /// <summary>Frees what the engine holds.</summary>
    private protected abstract void Dispose(bool disposing);
}
