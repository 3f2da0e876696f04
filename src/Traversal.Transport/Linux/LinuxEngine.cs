using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Traversal.Primitives;

namespace Traversal.Transport.Linux;

/// <summary>The engine for Linux: epoll, batched and segmented system calls, all memory laid out once.</summary>
internal sealed unsafe class LinuxEngine : DatagramEngine
{
    /// <summary>The most sockets that one wait reports.</summary>
    private const int MaxEvents = 64;

    /// <summary>The longest that single datagrams are expected of a socket before it is tried again whether it has several.</summary>
    private const byte MaxBackoff = 64;

    private const long NanosecondsPerMillisecond = 1_000_000;

    /// <summary>
    /// So many datagrams at once say that a relay socket is used in bulk, so that they had better arrive as one; before, the plainest receive call,
    /// which cannot tell one from several, costs 4 % less.
    /// </summary>
    private const int BulkRun = 8;

    /// <summary>More than all that the kernel is told of one message.</summary>
    private const int BytesPerMessage = 256;

    private const int ReservedSlotStride = (((Headroom + MaxDatagram + Tailroom + 63) / 64) | 1) * 64;

    private readonly DatagramEngineOptions _options;
    private readonly NativeArena _arena;
    private readonly byte* _slab;
    private readonly int _slabLength;
    private readonly SocketTable _table;
    private readonly LinuxSocket[] _sockets;
    private readonly Poller _poller;
    private readonly DatagramReceiver _receiver;
    private readonly DatagramSender _sender;
    private readonly ErrorQueue _errors = new();
    private int _ready;
    private int _nextReady;
    private uint _turn;
    private bool _disposed;

    private LinuxEngine(DatagramEngineOptions options)
    {
        _options = options;
        Capabilities = EngineCapabilities.SharedListeners | EngineCapabilities.BatchedCalls | EngineCapabilities.DontFragment | EngineCapabilities.PathErrors
            | EngineCapabilities.IPHeaders
            | (options.SegmentedSend && SegmentationProbe.CanSend() ? EngineCapabilities.SegmentedSend : EngineCapabilities.None)
            | (options.CoalescedReceive && SegmentationProbe.CanCoalesce() ? EngineCapabilities.CoalescedReceive : EngineCapabilities.None);

        int receiveBytes = options.ReceiveSlots * DatagramReceiver.Stride;
        _slabLength = receiveBytes + options.ReservedSlots * ReservedSlotStride;
        _arena = new NativeArena(_slabLength + (MaxEvents + options.ReceiveSlots + DatagramSender.MaxChunk) * BytesPerMessage);
        FirstReserved = receiveBytes + Headroom;
        ReservedStride = ReservedSlotStride;
        ReservedSlots = options.ReservedSlots;

        _table = new SocketTable(options.MaxSockets);
        _sockets = new LinuxSocket[options.MaxSockets];
        _slab = _arena.TakeLast(_slabLength);
        _receiver = new DatagramReceiver(_arena, _slab, options.ReceiveSlots, options.ReceiveIPHeaders, Counters);
        _sender = new DatagramSender(_arena, _slab, _slabLength, _sockets, Counters);
        try
        {
            _poller = new Poller(_arena, MaxEvents);
        }
        catch
        {
            _arena.Dispose();
            throw;
        }
    }

    public override string Name => "linux";

    public override EngineCapabilities Capabilities { get; }

    public override int MaxBatch => _receiver.MaxDatagrams;

    public override Span<byte> Slab => _disposed ? default : new(_slab, _slabLength);

    /// <summary>Makes an engine if this is a Linux that it works on; says why or why not.</summary>
    public static bool TryCreate(DatagramEngineOptions options, [NotNullWhen(true)] out LinuxEngine? engine, out string reason)
    {
        engine = null;
        if (!IsPlatform(out reason)) return false;

        try
        {
            engine = new LinuxEngine(options);
            reason = $"epoll with {engine.Capabilities & ~EngineCapabilities.SharedListeners}";
            return true;
        }
        catch (Exception exception) when (exception is SystemCallException or DllNotFoundException or EntryPointNotFoundException)
        {
            reason = exception.Message;
            return false;
        }
    }

    /// <summary>Whether the numbers and layouts of the kernel interface that are written down here are this system's; says why not.</summary>
    public static bool IsPlatform(out string reason)
    {
        reason = OperatingSystem.IsLinux() ? $"not for {RuntimeInformation.ProcessArchitecture}" : "this is not Linux";
        return OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;
    }

    public override bool TryOpen(
        in TransportAddress local, SocketRole role, out SocketId socket, out TransportAddress bound, out OpenFailure failure)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        bound = default;
        failure = OpenFailure.OutOfDescriptors;
        if (!_table.TryAdd(out socket)) return false;

        Errno error = LinuxOpener.Open(in local, role, _options, out int descriptor, out bound);
        if (error == Errno.None)
        {
            Register(socket, descriptor, role, bound.Family);
            error = _poller.Add(descriptor, socket.Value);
            if (error != Errno.None) LibC.Close(descriptor);
        }

        failure = LinuxErrors.ToOpenFailure(error);
        if (error == Errno.None) return true;
        Forget(ref socket);
        return false;
    }

    public override void Close(SocketId socket)
    {
        if (!_table.Contains(socket)) return;
        LibC.Close(_sockets[IndexOf(socket)].Descriptor); // Its last descriptor gone, the kernel takes it out of the poll.
        Forget(ref socket);
    }

    public override ReadOnlySpan<Datagram> Receive(TimeSpan timeout)
    {
        var now = new MonotonicTime(Environment.TickCount64 * NanosecondsPerMillisecond);
        return ReceiveUntil(now, timeout == TimeSpan.MaxValue ? MonotonicTime.Never : now + timeout);
    }

    public override ReadOnlySpan<Datagram> ReceiveUntil(MonotonicTime now, MonotonicTime deadline)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _receiver.Clear();
        _errors.Clear();
        if (_nextReady == _ready)
        {
            _nextReady = 0;
            if (deadline > now) _poller.SetTimer(now, deadline);
            _ready = _poller.Wait(waits: deadline > now);
            _turn++;
        }

        // Where the slots run out, the sockets that had no turn have theirs first the next time.
        while (_nextReady < _ready && !_receiver.IsFull) ReceiveFrom(_nextReady++);

        ReadOnlySpan<Datagram> received = _receiver.Datagrams;
        Counters.CountReceived(received.Length, _receiver.Bytes);
        return received;
    }

    public override ReadOnlySpan<PathError> PathErrors => _errors.Errors;

    public override void Wake() => _poller.Wake();

    private protected override void SendBatch(ReadOnlySpan<Datagram> batch)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _sender.Send(batch);
    }

    private protected override void Dispose(bool disposing)
    {
        if (_disposed || !disposing) return;
        _disposed = true;
        for (int index = 0; index < _table.HighWater; index++) Close(_table.At(index));
        _poller.Dispose();
        _arena.Dispose();
    }

    private void Register(SocketId socket, int descriptor, SocketRole role, IPFamily family) => _sockets[IndexOf(socket)] = new LinuxSocket
    {
        Id = socket,
        Descriptor = descriptor,
        Family = family,
        IsListener = role != SocketRole.Relay,
        MaxSegment = Capabilities.HasFlag(EngineCapabilities.SegmentedSend) ? ushort.MaxValue : (ushort)0,
        Coalesces = role != SocketRole.Relay && TryCoalesce(descriptor),
        LastTurn = _turn,
        SingleUntil = _turn,
        Backoff = 1,
    };

    private void Forget(ref SocketId socket)
    {
        _sockets[IndexOf(socket)] = default;
        _table.Remove(socket);
        socket = SocketId.None;
    }

    private void ReceiveFrom(int ready)
    {
        int number = _poller.NumberAt(ready);

        // Neither a wake-up nor a socket that was closed since the wait is at its index.
        ref LinuxSocket socket = ref _sockets[IndexOf(new SocketId(number))];
        if (number == 0 || socket.Id.Value != number) return;

        // Before the datagrams, as the next receive would fail for it.
        if (_poller.HasErrorAt(ready)) _errors.Drain(in socket);
        ReceiveFrom(ref socket);
    }

    /// <summary>
    /// Most relay sockets have one datagram at a time, as has a listener with little to do, and to look for a second costs nearly as much as to receive
    /// the first. Only a socket that is ready again at once, or had several the last time, is asked for several; where that finds one only, it is not
    /// asked again for a while.
    /// </summary>
    private void ReceiveFrom(ref LinuxSocket socket)
    {
        bool again = socket.LastTurn == _turn - 1;
        socket.LastTurn = _turn;
        bool mayHaveSeveral = socket.Backoff == 0 || (again && (int)(_turn - socket.SingleUntil) >= 0);
        if (!mayHaveSeveral)
        {
            _receiver.ReceiveOne(in socket);
            return;
        }

        int received = _receiver.ReceiveMany(in socket, socket.IsListener ? _options.ReceiveSlots : _options.RelayBurst);
        if (received > 1)
        {
            socket.Backoff = 0;
            if (received >= BulkRun && !socket.Coalesces) socket.Coalesces = TryCoalesce(socket.Descriptor);
            return;
        }

        socket.Backoff = (byte)Math.Clamp(socket.Backoff * 2, 1, MaxBackoff);
        socket.SingleUntil = _turn + socket.Backoff;
    }

    private bool TryCoalesce(int descriptor) =>
        Capabilities.HasFlag(EngineCapabilities.CoalescedReceive)
        && LinuxOpener.TrySetOption(descriptor, Kernel.UdpLevel, Kernel.UdpCoalesce, 1);
}
