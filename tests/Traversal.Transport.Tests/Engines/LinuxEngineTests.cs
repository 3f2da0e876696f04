using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Traversal.Primitives;
using Traversal.Transport.Linux;

namespace Traversal.Transport.Tests.Engines;

/// <summary>The contract, and what the Linux engine does beyond it.</summary>
public sealed class LinuxEngineTests : EngineContract
{
    public LinuxEngineTests()
        : base(EngineKind.Linux)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "this is not Linux");
    }

    [Fact]
    public void The_structures_have_the_sizes_that_the_kernel_expects()
    {
        Assert.SkipUnless(Environment.Is64BitProcess, "the engine is for 64-bit systems");
        Assert.Equal(16, Unsafe.SizeOf<IOVector>());
        Assert.Equal(56, Unsafe.SizeOf<MessageHeader>());
        Assert.Equal(64, Unsafe.SizeOf<BatchedMessage>());
        Assert.Equal(24, Unsafe.SizeOf<ControlMessage>());
        Assert.Equal(32, Unsafe.SizeOf<SocketName>());
        Assert.Equal(32, Unsafe.SizeOf<LinuxSocket>());
        Assert.Equal(32, Unsafe.SizeOf<TimerSetting>());
        Assert.Equal(System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture
            == System.Runtime.InteropServices.Architecture.X64 ? 12 : 16, PollEvents.Stride);
    }

    [Theory]
    [InlineData("192.0.2.1:3478")]
    [InlineData("[2001:db8::1]:3478")]
    [InlineData("[fe80::1%7]:3478")]
    public void Addresses_pass_through_the_kernel_s_form_unchanged(string text)
    {
        TransportAddress address = TransportAddress.Parse(text);
        SocketName name = default;
        name.Write(in address);
        Assert.Equal(address, name.Read());

        Span<byte> expected = stackalloc byte[TransportAddress.MaxSocketAddressLength];
        int length = address.WriteSocketAddress(expected);
        Assert.Equal((uint)length, name.Length);
        Assert.True(System.Runtime.InteropServices.MemoryMarshal.AsBytes(new Span<SocketName>(ref name))[..length].SequenceEqual(expected[..length]));
    }

    [Fact]
    public void A_mapped_address_is_read_as_what_it_maps()
    {
        SocketName name = default;
        name.Write(TransportAddress.Parse("[::ffff:192.0.2.1]:9"));
        Assert.Equal(TransportAddress.Parse("192.0.2.1:9"), name.Read());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_run_leaves_as_one_segmented_send_where_that_is_wanted(bool wanted)
    {
        using var harness = new EngineHarness(EngineKind.Linux, new DatagramEngineOptions { MaxSockets = 8, SegmentedSend = wanted });
        if (wanted) SkipUnless(harness, EngineCapabilities.SegmentedSend);
        (SocketId id, _) = harness.Open();
        (Socket peer, TransportAddress address) = EngineHarness.OpenPeer();
        using (peer)
        {
            harness.Engine.Send([.. Enumerable.Range(0, 8).Select(i => harness.Write(id, address, "12345678"u8))]);
            for (int i = 0; i < 8; i++) Assert.Equal("12345678", EngineHarness.ReceiveText(peer));
        }

        Assert.Equal(wanted ? 1 : 0, harness.Engine.Counters.SegmentedSends);
        Assert.Equal(8, harness.Engine.Counters.DatagramsSent);
        Assert.Equal(64, harness.Engine.Counters.BytesSent);
    }

    [Theory]
    [InlineData(8, 1000, 1000)]
    [InlineData(8, 1000, 3)]
    [InlineData(50, 1300, 700)]
    [InlineData(64, 1, 1)]
    [InlineData(100, 16, 16)]
    public void Datagrams_that_arrive_as_one_are_taken_apart_with_room_around_each(int count, int length, int lastLength)
    {
        using var sender = new EngineHarness(EngineKind.Linux);
        using var receiver = new EngineHarness(EngineKind.Linux, new DatagramEngineOptions { MaxSockets = 8, ReceiveSlots = 4, RelayBurst = 4 });
        SkipUnless(sender, EngineCapabilities.SegmentedSend);
        SkipUnless(receiver, EngineCapabilities.CoalescedReceive);
        (SocketId via, TransportAddress from) = sender.Open();
        (SocketId at, TransportAddress to) = receiver.Open(SocketRole.Listener);
        byte[][] sent = [.. Enumerable.Range(0, count).Select(i =>
        {
            byte[] bytes = new byte[i == count - 1 ? lastLength : length];
            bytes.AsSpan().Fill((byte)(i + 1));
            return bytes;
        })];

        sender.Engine.Send([.. sent.Select(bytes => sender.Write(via, to, bytes))]);
        var received = new List<byte[]>();
        while (received.Count < count)
        {
            ReadOnlySpan<Datagram> batch = receiver.Engine.Receive(EngineHarness.Patience);
            Assert.False(batch.IsEmpty);
            Assert.True(batch.Length <= receiver.Engine.MaxBatch);
            foreach (ref readonly Datagram datagram in batch)
            {
                Assert.Equal(at, datagram.Socket);
                Assert.Equal(from, datagram.Remote);
                received.Add(receiver.Engine.Slab.Slice(datagram.Start, datagram.Length).ToArray());
                receiver.Engine.Slab.Slice(datagram.Start - DatagramEngine.Headroom, DatagramEngine.Headroom).Fill(0xEE);
                receiver.Engine.Slab.Slice(datagram.Start + datagram.Length, DatagramEngine.Tailroom).Fill(0xEE);
            }
        }

        for (int i = 0; i < count; i++) Assert.True(sent[i].AsSpan().SequenceEqual(received[i]), $"datagram {i} differs");
        Assert.NotEqual(0, receiver.Engine.Counters.CoalescedReceives);
        Assert.Equal(sent.Sum(bytes => bytes.Length), receiver.Engine.Counters.BytesReceived);
    }

    [Fact]
    public void A_relay_socket_that_is_used_in_bulk_takes_datagrams_as_one()
    {
        using var sender = new EngineHarness(EngineKind.Linux);
        using var receiver = new EngineHarness(EngineKind.Linux);
        SkipUnless(sender, EngineCapabilities.SegmentedSend);
        SkipUnless(receiver, EngineCapabilities.CoalescedReceive);
        (SocketId via, _) = sender.Open();
        (_, TransportAddress to) = receiver.Open();
        for (int round = 0; round < 4; round++)
        {
            sender.Engine.Send([.. Enumerable.Range(0, 40).Select(i => sender.Write(via, to, new byte[500 + round]))]);
            Assert.All(receiver.ReceiveAtLeast(40), datagram => Assert.Equal(500 + round, datagram.Bytes.Length));
        }

        Assert.InRange(receiver.Engine.Counters.CoalescedReceives, 1, 3);
    }

    [Fact]
    public void Segments_longer_than_the_path_carries_are_sent_singly_and_not_tried_again() => NetworkNamespace.Run(1_500, () =>
    {
        using var harness = new EngineHarness(EngineKind.Linux);
        (SocketId id, _) = harness.Open();
        (Socket peer, TransportAddress address) = EngineHarness.OpenPeer();
        using (peer)
        {
            for (int round = 0; round < 3; round++)
            {
                harness.Engine.Send([.. Enumerable.Range(0, 6).Select(i => harness.Write(id, address, new byte[3_000]))]);
                for (int i = 0; i < 6; i++) Assert.Equal(3_000, EngineHarness.ReceiveText(peer).Length);
            }

            Assert.Equal(0, harness.Engine.Counters.SegmentedSends);
            harness.Engine.Send([.. Enumerable.Range(0, 6).Select(i => harness.Write(id, address, new byte[1_400]))]);
            for (int i = 0; i < 6; i++) Assert.Equal(1_400, EngineHarness.ReceiveText(peer).Length);
        }

        Assert.Equal(24, harness.Engine.Counters.DatagramsSent);
        Assert.Equal(0, harness.Engine.Counters.TotalSendDrops);
        if (harness.Engine.Capabilities.HasFlag(EngineCapabilities.SegmentedSend)) Assert.Equal(1, harness.Engine.Counters.SegmentedSends);
    });

    [Fact]
    public void A_run_to_a_destination_without_a_route_is_dropped_and_spoils_no_later_run() => NetworkNamespace.Run(1_500, () =>
    {
        using var harness = new EngineHarness(EngineKind.Linux);
        (SocketId id, _) = harness.Open(local: TransportAddress.Parse("0.0.0.0:0"));
        (Socket peer, TransportAddress address) = EngineHarness.OpenPeer();
        TransportAddress nowhere = TransportAddress.Parse("192.0.2.1:9");
        using (peer)
        {
            harness.Engine.Send([.. Enumerable.Range(0, 12).Select(i => harness.Write(id, i < 6 ? nowhere : address, new byte[1_000]))]);
            for (int i = 0; i < 6; i++) Assert.Equal(1_000, EngineHarness.ReceiveText(peer).Length);
        }

        Assert.Equal(6, harness.Engine.Counters.SendDrops(SendFailure.Unreachable));
        Assert.Equal(6, harness.Engine.Counters.DatagramsSent);
        if (harness.Engine.Capabilities.HasFlag(EngineCapabilities.SegmentedSend)) Assert.Equal(1, harness.Engine.Counters.SegmentedSends);
    });

    [Fact]
    public void What_failed_to_open_is_named() => Assert.Multiple(
        () => Assert.Equal(OpenFailure.OutOfDescriptors, LinuxErrors.ToOpenFailure(Errno.TooManyFiles)),
        () => Assert.Equal(OpenFailure.OutOfDescriptors, LinuxErrors.ToOpenFailure(Errno.TooManyFilesInSystem)),
        () => Assert.Equal(OpenFailure.Denied, LinuxErrors.ToOpenFailure(Errno.Access)),
        () => Assert.Equal(OpenFailure.Other, LinuxErrors.ToOpenFailure((Errno)9999)));

    [Fact]
    public void The_engine_that_is_taken_says_why()
    {
        using DatagramEngine automatic = DatagramEngine.Create(EngineKind.Auto, new DatagramEngineOptions { MaxSockets = 4 });
        Assert.Equal("linux", automatic.Name);
        Assert.Contains("epoll", automatic.Choice, StringComparison.Ordinal);
    }
}
