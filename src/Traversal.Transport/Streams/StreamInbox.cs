using System.Diagnostics.CodeAnalysis;
using Traversal.Primitives;

namespace Traversal.Transport.Streams;

/// <summary>
/// The stream connections of one shard. Connections that have frames, or have ended, stand in a queue, each at most once, until the shard
/// takes them; meanwhile they read nothing more, which is the back-pressure. The shard calls everything here on its own thread.
/// </summary>
public sealed class StreamInbox
{
    // The ids of streams are negative, those of an engine's sockets positive.
    private const int StreamBit = int.MinValue;

    private readonly Action _wake;
    private readonly Lock _gate = new();
    private readonly SocketTable _table;
    private readonly StreamConnection?[] _connections;
    private readonly StreamConnection?[] _ready;
    private int _head;
    private int _readyCount;

    /// <summary>Makes an inbox.</summary>
    /// <param name="capacity">The most connections of this shard.</param>
    /// <param name="wake">Called on any thread when the queue is no longer empty, such as <see cref="DatagramEngine.Wake"/>.</param>
    public StreamInbox(int capacity, Action wake)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, DatagramEngineOptions.SocketLimit);
        ArgumentNullException.ThrowIfNull(wake);
        _wake = wake;
        _table = new SocketTable(capacity);
        _connections = new StreamConnection?[capacity];
        _ready = new StreamConnection?[capacity];
    }

    /// <summary>Whether an id is that of a stream connection, and not that of an engine's socket.</summary>
    public static bool IsStream(SocketId id) => id.Value < 0;

    /// <summary>The place of a connection in a flat table of the caller's: 0 to capacity - 1.</summary>
    public static int IndexOf(SocketId id) => SocketTable.IndexOf(id);

    /// <summary>
    /// Takes the next connection that has something. Read its frames, look whether it <see cref="StreamConnection.HasEnded"/>, then
    /// <see cref="StreamConnection.Release"/> it.
    /// </summary>
    public bool TryTake([NotNullWhen(true)] out StreamConnection? connection)
    {
        connection = null;
        if (Volatile.Read(ref _readyCount) == 0) return false;

        lock (_gate)
        {
            connection = _ready[_head]!;
            _ready[_head] = null;
            _head = _head + 1 == _ready.Length ? 0 : _head + 1;
            _readyCount--;
        }

        return true;
    }

    /// <summary>Finds a connection that has not been released for the last time.</summary>
    public bool TryFind(SocketId id, [NotNullWhen(true)] out StreamConnection? connection)
    {
        int index = IndexOf(id);
        connection = IsStream(id) && index < _connections.Length ? Volatile.Read(ref _connections[index]) : null;
        if (connection is not null && connection.Id != id) connection = null;
        return connection is not null;
    }

    internal bool TryAdd(StreamConnection connection)
    {
        lock (_gate)
        {
            if (!_table.TryAdd(out SocketId id)) return false;
            connection.Id = new SocketId(id.Value | StreamBit);
            Volatile.Write(ref _connections[IndexOf(id)], connection);
            return true;
        }
    }

    internal void Enqueue(StreamConnection connection)
    {
        bool first;
        lock (_gate)
        {
            int tail = _head + _readyCount;
            _ready[tail < _ready.Length ? tail : tail - _ready.Length] = connection;
            first = _readyCount++ == 0;
        }

        if (first) _wake();
    }

    internal void Remove(SocketId connection)
    {
        lock (_gate)
        {
            var id = new SocketId(connection.Value & ~StreamBit);
            Volatile.Write(ref _connections[IndexOf(id)], null);
            _table.Remove(id);
        }
    }

    /// <summary>The connection at an index below <see cref="HighWater"/>, for the edge's timer.</summary>
    internal StreamConnection? At(int index) => Volatile.Read(ref _connections[index]);

    internal int HighWater => _table.HighWater;
}
