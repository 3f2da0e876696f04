using System.ComponentModel;
using Traversal.Load.Engine;
using Traversal.Load.Native;
using Traversal.Primitives;

namespace Traversal.Load.Flood;

/// <summary>Sends packets that deserve no service, at a fixed rate, and counts what comes back all the same.</summary>
internal sealed class FloodRun : IDisposable
{
    private const int BufferBytes = 4 << 20;
    private const long TickNanoseconds = 20_000;
    private static readonly TimeSpan Drain = TimeSpan.FromMilliseconds(300);

    private readonly FloodOptions _options;
    private readonly NativeSocket _answers;
    private readonly NativeSocket? _raw;
    private readonly MessageBatch _outgoing = new(FloodPackets.MaxLength);
    private readonly MessageBatch _incoming = new(FloodPackets.MaxLength);
    private readonly FloodPackets _packets;
    private readonly AmplificationMeter _meter;
    private readonly int _headers;
    private readonly int[] _lengths = new int[MessageBatch.Capacity];
    private long _startedAt;
    private long _sent, _unsent, _answered;
    private int _smallest = int.MaxValue;
    private int _largestAnswer;

    private FloodRun(FloodOptions options)
    {
        _options = options;
        bool isForged = options.Kind == FloodKind.Spoofed;
        bool isAnywhere = isForged || options.ClientAddress.IsNone || options.ClientAddress.IsUnspecified;
        _answers = NativeSocket.OpenDatagram(isAnywhere ? AnyAddress(options.Server) : options.ClientAddress);
        _answers.SetBuffers(BufferBytes);
        if (isForged)
        {
            _raw = NativeSocket.OpenRaw();
            _raw.SetBuffers(BufferBytes);
        }
        else
        {
            _answers.Connect(options.Server);
        }

        _headers = options.Server.IsIPv4 ? FloodPackets.IPv4AndUdpLength : FloodPackets.IPv6AndUdpLength;
        _packets = new FloodPackets(options, _answers.LocalAddress.Port);
        _meter = new AmplificationMeter(options.Duration + Drain);
        Aim(isForged);
    }

    /// <summary>Runs it; this thread does all the work.</summary>
    /// <exception cref="LoadException">The system refused; forged packets need the right to raw sockets.</exception>
    public static FloodReport Run(FloodOptions options, CancellationToken cancellation)
    {
        try
        {
            using var run = new FloodRun(options);
            return run.Run(cancellation);
        }
        catch (Win32Exception error)
        {
            throw new LoadException(error.Message, error);
        }
    }

    public void Dispose()
    {
        _answers.Dispose();
        _raw?.Dispose();
        _outgoing.Dispose();
        _incoming.Dispose();
    }

    private FloodReport Run(CancellationToken cancellation)
    {
        PacketSchedule schedule = PacketSchedule.Constant(_options.Rate, burst: 1);
        _startedAt = PreciseTimer.Now;
        while (Elapsed < _options.Duration && !cancellation.IsCancellationRequested)
        {
            long due = schedule.CountBefore(PreciseTimer.Now - _startedAt) - _sent - _unsent;
            if (due > 0) Send((int)Math.Min(due, MessageBatch.Capacity));
            if (!Receive() && due <= 0) PreciseTimer.Sleep(TickNanoseconds);
        }

        double seconds = Elapsed.TotalSeconds;
        for (TimeSpan end = Elapsed + Drain; Elapsed < end && !cancellation.IsCancellationRequested;)
        {
            if (!Receive()) PreciseTimer.Sleep(TickNanoseconds);
        }

        return Report(seconds);
    }

    private TimeSpan Elapsed => TimeSpan.FromTicks((PreciseTimer.Now - _startedAt) / TimeSpan.NanosecondsPerTick);

    private void Send(int count)
    {
        for (int i = 0; i < count; i++)
        {
            int length = _packets.Write(_outgoing.Slot(i));
            _outgoing.SetLength(i, length);
            _lengths[i] = _raw is null ? length + _headers : length;
        }

        int taken = Math.Max(0, _outgoing.Send(_raw ?? _answers, 0, count));
        _sent += taken;
        _unsent += count - taken;
        foreach (int length in _lengths.AsSpan(0, taken))
        {
            _smallest = Math.Min(_smallest, length);
            _meter.OnSent(Elapsed, length);
        }
    }

    private bool Receive()
    {
        int count = _incoming.Receive(_answers, MessageBatch.Capacity);
        for (int i = 0; i < count; i++)
        {
            int length = _incoming.Received(i).Length + _headers;
            _answered++;
            _largestAnswer = Math.Max(_largestAnswer, length);
            _meter.OnAnswer(Elapsed, length);
        }

        return count > 0;
    }

    // A raw socket is not connected: each packet says where it goes, in its header and beside it.
    private void Aim(bool isForged)
    {
        Span<byte> name = stackalloc byte[TransportAddress.MaxSocketAddressLength];
        int length = isForged ? _options.Server.WithPort(0).WriteSocketAddress(name) : 0;
        for (int i = 0; i < MessageBatch.Capacity; i++) _outgoing.SetDestination(i, name[..length]);
    }

    private static TransportAddress AnyAddress(in TransportAddress server) => TransportAddress.Parse(server.IsIPv4 ? "0.0.0.0:0" : "[::]:0");

    private FloodReport Report(double seconds) => new()
    {
        Server = _options.Server.ToString(),
        Kind = _options.Kind.ToString(),
        Sent = _sent,
        Unsent = _unsent,
        PacketsPerSecond = _sent / seconds,
        SentBytes = _meter.SentBytes,
        Answers = _answered,
        AnsweredBytes = _meter.AnsweredBytes,
        WorstAmplification = _meter.Worst,
        LargestAnswerRatio = _answered == 0 ? 0 : (double)_largestAnswer / _smallest,
    };
}
