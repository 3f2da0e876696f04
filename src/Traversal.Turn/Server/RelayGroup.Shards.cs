using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <content>Which client's allocation is on another machine than its datagrams reach.</content>
public sealed partial class RelayGroup
{
    private readonly List<TransportAddress> _listeners = [];
    private readonly StrangerRegister?[] _strangers = new StrangerRegister?[RelayMachine.MaxShards];

    /// <summary>
    /// Makes one machine hand over to another what a client sends to it. The kernel gives each 5-tuple to one share of a listener, so a client that
    /// moves to another 5-tuple (RFC 8016) may come to another machine than the one that has its allocation, and stays a stranger there until
    /// <see cref="RemoveStranger"/>. Requests, indications and ChannelData are handed over, but for Binding requests, which any machine answers. A
    /// client with an allocation of its own on the machine that it comes to is no stranger there.
    /// </summary>
    /// <remarks>
    /// For any thread: the machine with the allocation calls it before it answers the request that moved the client, so that what the client sends
    /// next is handed over. <see cref="RemoveStranger"/> is called when the client moves on and when its allocation ends.
    /// </remarks>
    /// <param name="shard">The number of the machine that the client's datagrams reach.</param>
    /// <param name="listener">The UDP listener that they reach, as it was announced to the machines.</param>
    /// <param name="client">The client.</param>
    /// <param name="owner">The number of the machine that has the allocation.</param>
    /// <returns>False, and nothing changed, where there is no such machine or listener, or the machine knows <see cref="MaxStrangers"/> already.</returns>
    public bool TryAddStranger(int shard, in TransportAddress listener, in TransportAddress client, int owner) =>
        FindRegister(shard, in listener, out int number) is { } register && register.TryAdd(new Stranger(number, client), owner);

    /// <summary>Takes back <see cref="TryAddStranger"/>, unless another owner has come since.</summary>
    /// <inheritdoc cref="TryAddStranger"/>
    public void RemoveStranger(int shard, in TransportAddress listener, in TransportAddress client, int owner) =>
        FindRegister(shard, in listener, out int number)?.Remove(new Stranger(number, client), owner);

    internal bool TryAddByNumber(int shard, int listener, in TransportAddress client, int owner) =>
        StrangersOf(shard).TryAdd(new Stranger(listener, client), owner);

    internal void RemoveByNumber(int shard, int listener, in TransportAddress client, int owner) =>
        StrangersOf(shard).Remove(new Stranger(listener, client), owner);

    /// <summary>The most clients that one machine knows to be another's.</summary>
    public const int MaxStrangers = 4096;

    /// <summary>The number by which all machines know a UDP listener, of which each has its own share.</summary>
    internal int NumberListener(in TransportAddress local)
    {
        lock (_lock)
        {
            int number = _listeners.IndexOf(local);
            if (number >= 0) return number;

            _listeners.Add(local);
            return _listeners.Count - 1;
        }
    }

    internal StrangerRegister StrangersOf(int shard)
    {
        lock (_lock) return _strangers[shard] ??= new StrangerRegister();
    }

    private StrangerRegister? FindRegister(int shard, in TransportAddress listener, out int number)
    {
        number = RelayMachine.NoSlot;
        if ((uint)shard >= (uint)_strangers.Length) return null;

        lock (_lock)
        {
            number = _listeners.IndexOf(listener);
            return number < 0 ? null : _strangers[shard];
        }
    }
}
