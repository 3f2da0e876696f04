using Traversal.Load.Measurement;
using Traversal.Load.Native;

namespace Traversal.Load.Engine;

/// <summary>Takes clients through requests, a few clients at a time, and measures how long each takes.</summary>
internal sealed class ControlPlane(LoadOptions options, TurnRequests requests, Client[] clients, EpollSet sockets)
{
    private const int MaxRefusals = 4;
    private const int MaxReconnects = 8;
    private const int ReleaseConcurrency = 16;
    private const int ReceiveLength = 64 * 1024;
    private const long NanosecondsPerMillisecond = 1_000_000;

    private readonly Dictionary<int, Exchange> _running = [];
    private readonly Stack<Exchange> _idle = [];
    private readonly byte[] _received = new byte[ReceiveLength];
    private ControlStep _last;
    private bool _isForgiving;
    private bool _isAbandoned;

    /// <summary>From the first request of a client to its last answer, for all clients since the last reset.</summary>
    public LatencyHistogram Duration { get; } = new();

    public long Retransmissions { get; private set; }

    /// <summary>Connects clients and makes their allocations; with <paramref name="last"/> Bind, their channels or permissions too.</summary>
    /// <exception cref="LoadException">The server refused or did not answer.</exception>
    public void SetUp(ReadOnlySpan<Client> chosen, ControlStep last, Action<int> onProgress, CancellationToken cancellation) =>
        Run(chosen, ControlStep.Allocate, last, isForgiving: false, onProgress, cancellation);

    /// <summary>Makes the channels or permissions of clients that have allocations.</summary>
    /// <exception cref="LoadException">The server refused or did not answer.</exception>
    public void Bind(ReadOnlySpan<Client> chosen, CancellationToken cancellation) =>
        Run(chosen, ControlStep.Bind, ControlStep.Bind, isForgiving: false, static _ => { }, cancellation);

    /// <summary>Gives allocations back, as far as the server listens.</summary>
    public void Release(ReadOnlySpan<Client> chosen) =>
        Run(chosen, ControlStep.Release, ControlStep.Release, isForgiving: true, static _ => { }, CancellationToken.None);

    private void Run(
        ReadOnlySpan<Client> chosen, ControlStep first, ControlStep last, bool isForgiving, Action<int> onProgress, CancellationToken cancellation)
    {
        _last = last;
        _isForgiving = isForgiving;
        int concurrency = isForgiving ? ReleaseConcurrency : options.SetupConcurrency;
        int begun = 0;
        _isAbandoned = false;
        while (begun < chosen.Length || _running.Count > 0)
        {
            cancellation.ThrowIfCancellationRequested();

            while (begun < chosen.Length && _running.Count < concurrency) Begin(chosen[begun++], first);
            onProgress(begun - _running.Count);
            Wait();
            if (_isAbandoned) break;
        }

        _running.Clear();
    }

    private void Begin(Client client, ControlStep first)
    {
        long now = PreciseTimer.Now;
        if (first == ControlStep.Allocate) Connect(client);
        if (!_idle.TryPop(out Exchange? exchange)) exchange = new Exchange();
        exchange.Begin(client, now);
        _running.Add(client.Index, exchange);
        exchange.Ask(first, requests, now);
    }

    private void Connect(Client client)
    {
        client.Connect(options);
        sockets.Add(client.Socket, client.Index);
    }

    private void Wait()
    {
        long deadline = long.MaxValue;
        foreach (Exchange exchange in _running.Values) deadline = Math.Min(deadline, exchange.Deadline);
        long wait = Math.Max(0, deadline - PreciseTimer.Now);
        int ready = sockets.Wait((int)(wait / NanosecondsPerMillisecond) + 1);
        for (int index = 0; index < ready; index++) Receive(clients[sockets.Key(index)]);
        if (ready == 0) SendAgain();
    }

    private void SendAgain()
    {
        long now = PreciseTimer.Now;
        foreach (Exchange exchange in _running.Values.ToArray())
        {
            int before = exchange.Transmissions;
            if (!exchange.TrySendDue(now)) GiveUp(exchange);
            else Retransmissions += exchange.Transmissions - before;
        }
    }

    // A client that waits for nothing is read too: data that came late must not keep its socket readable.
    private void Receive(Client client)
    {
        int kept = client.Stream?.TakePartial(_received) ?? 0;
        int received = client.Socket.Receive(_received.AsSpan(kept));
        ReadOnlySpan<byte> bytes = _received.AsSpan(0, kept + Math.Max(0, received));
        if (client.Stream is null)
        {
            OnFrame(client, bytes);
            return;
        }

        while (DownlinkFrame.TryReadLength(bytes, out int length) && length <= bytes.Length)
        {
            OnFrame(client, bytes[..length]);
            bytes = bytes[length..];
        }

        client.Stream.KeepPartial(bytes);
        if (received == 0) OnClosed(client);
    }

    private void OnFrame(Client client, ReadOnlySpan<byte> frame)
    {
        if (_running.TryGetValue(client.Index, out Exchange? exchange)) OnAnswer(exchange, frame);
    }

    private void OnClosed(Client client)
    {
        client.Dispose();
        if (_running.TryGetValue(client.Index, out Exchange? exchange)) Fail(exchange, "the server closed the connection");
    }

    private void OnAnswer(Exchange exchange, ReadOnlySpan<byte> frame)
    {
        switch (requests.Read(frame, exchange.Step, exchange.Id, exchange.Client, out string reason))
        {
            case ControlAnswer.Success:
                Advance(exchange);
                break;
            case ControlAnswer.AskAgain when ++exchange.Refusals < MaxRefusals:
                exchange.Ask(exchange.Step, requests, PreciseTimer.Now);
                break;
            case ControlAnswer.AddressInUse when exchange.Step == ControlStep.Allocate && ++exchange.Reconnects < MaxReconnects:
                exchange.Refusals = 0;
                Connect(exchange.Client);
                exchange.Ask(exchange.Step, requests, PreciseTimer.Now);
                break;
            case ControlAnswer.Unrelated:
                break;
            default:
                Fail(exchange, reason);
                break;
        }
    }

    private void Advance(Exchange exchange)
    {
        long now = PreciseTimer.Now;
        exchange.Refusals = 0;
        if (exchange.Step < _last)
        {
            exchange.Ask(exchange.Step + 1, requests, now);
            return;
        }

        if (_last != ControlStep.Release) Duration.Record(now - exchange.BegunAt);
        End(exchange);
    }

    // A server that does not even answer one release will not answer thousands.
    private void GiveUp(Exchange exchange)
    {
        _isAbandoned = true;
        Fail(exchange, "no answer");
    }

    private void Fail(Exchange exchange, string reason)
    {
        End(exchange);
        if (!_isForgiving) throw new LoadException($"Client {exchange.Client.Index}: {exchange.Step} failed: {reason}.");
    }

    private void End(Exchange exchange)
    {
        _running.Remove(exchange.Client.Index);
        _idle.Push(exchange);
    }
}
