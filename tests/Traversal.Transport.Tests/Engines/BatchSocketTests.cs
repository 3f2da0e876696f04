using System.Net;
using System.Net.Sockets;
using Traversal.Primitives;
using Traversal.Transport.Linux;

namespace Traversal.Transport.Tests.Engines;

public sealed class BatchSocketTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task What_waits_comes_as_a_batch_in_its_order_with_its_sources(AddressFamily family)
    {
        using var receiver = new Receiver(family);
        using Receiver one = new(family), other = new(family);
        for (int i = 0; i < 10; i++)
        {
            byte[] datagram = new byte[i];
            datagram.AsSpan().Fill((byte)i);
            Assert.True((i % 2 == 0 ? one : other).Socket.TrySend(datagram, receiver.Address, out _));
        }

        List<(byte[] Bytes, TransportAddress Source)> received = await receiver.ReceiveAsync(10);

        Assert.Equal(Enumerable.Range(0, 10), received.Select(datagram => datagram.Bytes.Length));
        Assert.All(received, (datagram, i) =>
        {
            Assert.All(datagram.Bytes, value => Assert.Equal(i, value));
            Assert.Equal((i % 2 == 0 ? one : other).Address, datagram.Source);
        });
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(1400, 300_000)]
    [InlineData(1400, 2800)]
    [InlineData(65_000, 130_001)]
    public async Task A_run_arrives_as_datagrams_of_its_size_and_a_shorter_last_one(int size, int length)
    {
        using Receiver sender = new(AddressFamily.InterNetwork), receiver = new(AddressFamily.InterNetwork);
        receiver.MakeRoomFor(1 << 20);
        byte[] run = new byte[length];
        new Random(7).NextBytes(run);

        int sent = 0;
        var received = new List<byte>();
        while (sent < length)
        {
            // A little at a time, as the system has no more room for the receiver than it allows.
            int next = Math.Min(length - sent, Math.Max(size, 60_000 / size * size));
            Assert.Equal(next, sender.Socket.SendRun(run.AsSpan(sent, next), size, receiver.Address, out _));
            int datagrams = (next + size - 1) / size;
            List<(byte[] Bytes, TransportAddress Source)> came = await receiver.ReceiveAsync(datagrams);
            Assert.All(came, (datagram, i) => Assert.Equal(Math.Min(size, next - i * size), datagram.Bytes.Length));
            received.AddRange(came.SelectMany(datagram => datagram.Bytes));
            sent += next;
        }

        Assert.Equal(run, received);
    }

    [Fact]
    public async Task A_run_that_the_path_carries_only_in_parts_arrives_too()
    {
        // A segment may not be longer than what the interface carries; a datagram alone is fragmented.
        using Receiver sender = new(AddressFamily.InterNetwork), receiver = new(AddressFamily.InterNetwork);
        sender.Raw.SetSocketOption(SocketOptionLevel.IP, (SocketOptionName)MtuDiscovery, Never);
        byte[] run = new byte[3 * 20_000];

        Assert.Equal(run.Length, sender.Socket.SendRun(run, 20_000, receiver.Address, out _));

        Assert.Equal([20_000, 20_000, 20_000], (await receiver.ReceiveAsync(3)).Select(datagram => datagram.Bytes.Length));
    }

    [Fact]
    public void A_datagram_that_can_t_be_sent_says_why()
    {
        using var sender = new Receiver(AddressFamily.InterNetwork);

        Assert.False(sender.Socket.TrySend(new byte[65_520], sender.Address, out SendFailure failure));
        Assert.Equal(SendFailure.TooLong, failure);
        Assert.False(sender.Socket.TrySend([1], sender.Address.WithPort(0), out failure));
        Assert.Equal(SendFailure.BadDestination, failure);
        Assert.Equal(0, sender.Socket.SendRun(new byte[4], 2, sender.Address.WithPort(0), out failure));
        Assert.Equal(SendFailure.BadDestination, failure);
    }

    [Fact]
    public async Task Closing_tells_the_reader_that_waits_and_all_that_comes_after_it()
    {
        var socket = new Receiver(AddressFamily.InterNetwork);
        Task told = socket.WaitAsync();
        Assert.False(told.IsCompleted);

        socket.Dispose();
        await told.WaitAsync(Limit, TestContext.Current.CancellationToken);

        DatagramBatch batch = DatagramBatch.Rent();
        Assert.False(socket.Socket.Receive(batch));
        batch.Return();
        Assert.False(socket.Socket.TryReceive(new byte[1], out _, out _, out bool isClosed));
        Assert.True(isClosed);
        Assert.False(socket.Socket.TrySend([1], socket.Address, out SendFailure failure));
        Assert.Equal(SendFailure.NoSocket, failure);
        await socket.WaitAsync().WaitAsync(Limit, TestContext.Current.CancellationToken);
        socket.Dispose();
    }

    [Fact]
    public async Task Who_is_busy_is_not_told_of_more()
    {
        using Receiver sender = new(AddressFamily.InterNetwork), receiver = new(AddressFamily.InterNetwork);
        Task told = receiver.WaitAsync();
        sender.Socket.TrySend([1], receiver.Address, out _);
        await told.WaitAsync(Limit, TestContext.Current.CancellationToken);
        for (int i = 0; i < 20; i++) sender.Socket.TrySend([1], receiver.Address, out _);

        Assert.Equal(21, (await receiver.ReceiveAsync(21)).Count);
        Assert.Equal(1, receiver.Told);
    }

    [Fact]
    public void What_was_kept_of_a_batch_is_taken_in_its_order()
    {
        using Receiver sender = new(AddressFamily.InterNetwork), receiver = new(AddressFamily.InterNetwork);
        for (byte i = 0; i < 4; i++) sender.Socket.TrySend([i, i, (byte)(10 + i)], receiver.Address, out _);
        DatagramBatch batch = DatagramBatch.Rent();
        Assert.True(receiver.Socket.Receive(batch));
        Assert.Equal(4, batch.Count);

        batch.Keep(1, 2, 1);
        batch.Keep(3, 0, 2);

        Assert.True(batch.TryTake(out ReadOnlySpan<byte> first));
        Assert.Equal([11], first.ToArray());
        Assert.True(batch.HasMore);
        Assert.True(batch.TryTake(out ReadOnlySpan<byte> second));
        Assert.Equal([3, 3], second.ToArray());
        Assert.False(batch.HasMore || batch.TryTake(out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.Keep(4, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.Keep(3, 0, 4));
        batch.Return();
    }

    [Fact]
    public void A_thread_that_has_its_batch_in_use_gets_another()
    {
        DatagramBatch one = DatagramBatch.Rent(), other = DatagramBatch.Rent();
        Assert.NotSame(one, other);
        one.Return();
        Assert.Same(one, DatagramBatch.Rent());
    }

    // IP_MTU_DISCOVER and IP_PMTUDISC_DONT of Linux.
    private const int MtuDiscovery = 10, Never = 0;

    private sealed class Receiver : IThreadPoolWorkItem, IDisposable
    {
        private TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _tellings;

        public Receiver(AddressFamily family)
        {
            Assert.SkipUnless(BatchSocket.IsSupported, "this system has no batched calls");
            Raw = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
            Raw.Bind(new IPEndPoint(family == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback, 0));
            Address = TransportAddress.From((IPEndPoint)Raw.LocalEndPoint!);
            Socket = BatchSocket.TryCreate(Raw, this)!;
            Assert.NotNull(Socket);
        }

        public BatchSocket Socket { get; }

        public Socket Raw { get; }

        public TransportAddress Address { get; }

        public int Told => Volatile.Read(ref _tellings);

        public void MakeRoomFor(int bytes) => Raw.ReceiveBufferSize = bytes;

        public Task WaitAsync()
        {
            _told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Socket.NotifyWhenReadable();
            return _told.Task;
        }

        public async Task<List<(byte[] Bytes, TransportAddress Source)>> ReceiveAsync(int count)
        {
            var received = new List<(byte[] Bytes, TransportAddress Source)>();
            while (true)
            {
                Take(received);
                if (received.Count >= count) return received;
                await WaitAsync().WaitAsync(Limit, TestContext.Current.CancellationToken);
            }
        }

        public void Execute()
        {
            Interlocked.Increment(ref _tellings);
            _told.TrySetResult();
        }

        public void Dispose() => Socket.Dispose();

        private void Take(List<(byte[] Bytes, TransportAddress Source)> received)
        {
            DatagramBatch batch = DatagramBatch.Rent();
            do
            {
                Assert.True(Socket.Receive(batch));
                for (int i = 0; i < batch.Count; i++) received.Add((batch.Bytes(i).ToArray(), batch.Source(i)));
            }
            while (batch.Count > 0);

            batch.Return();
        }
    }
}
