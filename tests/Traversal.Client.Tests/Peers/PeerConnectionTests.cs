using System.Security.Cryptography;
using Traversal.Client.Network;

namespace Traversal.Client.Tests.Peers;

/// <summary>What a connection does once it is there.</summary>
public sealed class PeerConnectionTests
{
    [Fact]
    public async Task Each_side_knows_who_the_other_is_and_what_they_speak()
    {
        await using PeerPair pair = await new PeerPair(
            options => options with { Protocols = ["chat/2", "chat/1"] },
            options => options with { Protocols = ["chat/1"] }).ConnectAsync();

        Assert.Equal(pair.BobIdentity.Id, pair.Alice.Remote.Id);
        Assert.Equal(pair.AliceIdentity.Id, pair.Bob.Remote.Id);
        Assert.Equal(("chat/1", "chat/1"), (pair.Alice.Protocol, pair.Bob.Protocol));
        Assert.Equal((PeerCarrierKind.Ice, PeerCarrierKind.Ice), (pair.Alice.Carrier, pair.Bob.Carrier));
        Assert.Contains(pair.Alice.GetPairs(), static report => report.IsSelected);
    }

    [Fact]
    public async Task Streams_carry_bytes_both_ways_and_each_way_ends_by_itself()
    {
        await using PeerPair pair = await new PeerPair().ConnectAsync();
        byte[] question = RandomNumberGenerator.GetBytes(3_000_000), answer = RandomNumberGenerator.GetBytes(2_000_000);

        PeerStream asking = await pair.Alice.OpenStreamAsync(pair.Token);
        Task<byte[]> got = Task.Run(async () =>
        {
            PeerStream asked = await pair.Bob.AcceptStreamAsync(pair.Token);
            byte[] all = await ReadAllAsync(asked, pair.Token);
            await asked.WriteAsync(answer, pair.Token);
            await asked.DisposeAsync();
            return all;
        });
        await asking.WriteAsync(question, pair.Token);
        asking.CompleteWrites();

        Assert.Equal(answer, await ReadAllAsync(asking, pair.Token));
        Assert.Equal(question, await got);
        Assert.Equal(0, await asking.ReadAsync(new byte[1], pair.Token));
    }

    [Fact]
    public async Task Many_streams_at_once_do_not_mix()
    {
        await using PeerPair pair = await new PeerPair().ConnectAsync();
        Task echo = Task.Run(async () =>
        {
            for (int count = 0; count < 300; count++) _ = EchoAsync(await pair.Bob.AcceptStreamAsync(pair.Token), pair.Token);
        });

        // More than the other side takes at once: the rest wait until some have ended.
        await Parallel.ForAsync(0, 300, new ParallelOptions { MaxDegreeOfParallelism = 200, CancellationToken = pair.Token }, async (number, token) =>
        {
            byte[] bytes = new byte[1000 + (number * 37)];
            new Random(number).NextBytes(bytes);
            await using PeerStream stream = await pair.Alice.OpenStreamAsync(token);
            await stream.WriteAsync(bytes, token);
            stream.CompleteWrites();
            Assert.Equal(bytes, await ReadAllAsync(stream, token));
        });
        await echo;
    }

    [Fact]
    public async Task What_was_written_arrives_though_the_connection_is_closed_at_once()
    {
        await using PeerPair pair = await new PeerPair().ConnectAsync();
        byte[] last = RandomNumberGenerator.GetBytes(1_000_000);

        PeerStream stream = await pair.Alice.OpenStreamAsync(pair.Token);
        Task writing = stream.WriteAsync(last, pair.Token).AsTask();
        PeerStream other = await pair.Bob.AcceptStreamAsync(pair.Token);
        Task<byte[]> reading = ReadAllAsync(other, pair.Token);
        await writing;
        await stream.DisposeAsync();
        await pair.Alice.CloseAsync(7, pair.Token);

        Assert.Equal(last, await reading);
        await pair.Bob.Closed.WaitAsync(pair.Token);
        Assert.Equal((PeerCloseReason.ClosedByPeer, 7L), (pair.Bob.CloseReason, pair.Bob.CloseCode));
        Assert.Equal(PeerCloseReason.Closed, pair.Alice.CloseReason);
    }

    [Fact]
    public async Task What_nobody_had_read_when_the_other_side_closed_can_be_read_still()
    {
        await using PeerPair pair = await new PeerPair().ConnectAsync();
        (PeerStream alices, PeerStream bobs) = await pair.OpenAsync();

        await alices.WriteAsync("farewell"u8.ToArray(), pair.Token);
        await alices.DisposeAsync();
        await pair.Alice.CloseAsync(3, pair.Token);
        await pair.Bob.Closed.WaitAsync(pair.Token);

        Assert.Equal("farewell"u8.ToArray(), await ReadAllAsync(bobs, pair.Token));
    }

    [Fact]
    public async Task Whoever_waits_when_the_other_side_closes_learns_the_code()
    {
        await using PeerPair pair = await new PeerPair().ConnectAsync();
        (_, PeerStream bobs) = await pair.OpenAsync();
        Task<PeerStream> accepting = pair.Bob.AcceptStreamAsync(pair.Token).AsTask();
        Task<int> reading = bobs.ReadAsync(new byte[1], pair.Token).AsTask();
        Task<ReceivedDatagram> receiving = pair.Bob.ReceiveDatagramAsync(new byte[1], pair.Token).AsTask();

        await pair.Alice.CloseAsync(42, pair.Token);

        foreach (Task waiting in (Task[])[accepting, reading])
        {
            PeerConnectionException failure = await Assert.ThrowsAsync<PeerConnectionException>(() => waiting);
            Assert.Equal((PeerCloseReason.ClosedByPeer, 42L), (failure.Reason, failure.Code));
        }

        Assert.Equal(NetworkStatus.Closed, (await receiving).Status);
        await Assert.ThrowsAsync<PeerConnectionException>(() => pair.Bob.OpenStreamAsync(pair.Token).AsTask());
        await Assert.ThrowsAsync<PeerConnectionException>(() => bobs.WriteAsync(new byte[1], pair.Token).AsTask());
    }

    [Fact]
    public async Task A_stream_that_is_given_up_says_so_with_its_code_and_the_others_go_on()
    {
        await using PeerPair pair = await new PeerPair().ConnectAsync();
        (PeerStream alices, PeerStream bobs) = await pair.OpenAsync();
        (PeerStream others, PeerStream otherEnd) = await pair.OpenAsync();
        Task<int> reading = bobs.ReadAsync(new byte[1], pair.Token).AsTask();

        alices.AbortWrites(11);
        alices.AbortReads(12);

        PeerConnectionException reset = await Assert.ThrowsAsync<PeerConnectionException>(() => reading);
        Assert.Equal((PeerCloseReason.None, 11L), (reset.Reason, reset.Code));
        PeerConnectionException stopped = await Assert.ThrowsAsync<PeerConnectionException>(async () =>
        {
            while (true) await bobs.WriteAsync(new byte[10_000], pair.Token);
        });
        Assert.Equal((PeerCloseReason.None, 12L), (stopped.Reason, stopped.Code));
        await others.WriteAsync(new byte[] { 5 }, pair.Token);
        Assert.Equal(1, await otherEnd.ReadAsync(new byte[9], pair.Token));
    }

    [Fact]
    public async Task Writing_waits_while_nobody_reads_and_can_be_given_up()
    {
        await using PeerPair pair = await new PeerPair().ConnectAsync();
        (PeerStream alices, PeerStream bobs) = await pair.OpenAsync();
        using var patience = new CancellationTokenSource();

        // More than all windows and buffers hold, so that it cannot end by itself.
        Task writing = alices.WriteAsync(new byte[64 << 20], patience.Token).AsTask();
        await bobs.ReadExactlyAsync(new byte[1 << 20], pair.Token);
        Assert.False(writing.IsCompleted);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);

        // What was taken of it can be read, and the stream goes on.
        long read = 1 << 20;
        byte[] buffer = new byte[1 << 20];
        alices.CompleteWrites();
        while (await bobs.ReadAsync(buffer, pair.Token) is > 0 and int length) read += length;
        Assert.InRange(read, 1 << 20, 63 << 20);
    }

    [Fact]
    public async Task Datagrams_go_beside_the_streams()
    {
        await using PeerPair pair = await new PeerPair().ConnectAsync();
        byte[] longest = RandomNumberGenerator.GetBytes(pair.Alice.MaxDatagramLength), buffer = new byte[2000];

        Assert.InRange(pair.Alice.MaxDatagramLength, 1175, 16_384);
        Assert.Equal(NetworkStatus.TooLong, pair.Alice.SendDatagram(new byte[70_000]));
        Assert.Equal(NetworkStatus.Ok, pair.Alice.SendDatagram(longest));
        ReceivedDatagram got = await pair.Bob.ReceiveDatagramAsync(buffer, pair.Token);
        Assert.Equal(longest, buffer[..got.Length]);
        Assert.Equal(NetworkStatus.Ok, pair.Bob.SendDatagram("and back"u8));
        got = await pair.Alice.ReceiveDatagramAsync(buffer, pair.Token);
        Assert.Equal("and back"u8.ToArray(), buffer[..got.Length]);
    }

    [Fact]
    public async Task Synchronous_calls_work_too()
    {
        await using PeerPair pair = await new PeerPair().ConnectAsync();
        (PeerStream alices, PeerStream bobs) = await pair.OpenAsync();

        Task<string> got = Task.Run(() => new StreamReader(bobs).ReadLine()!);
        using (var writer = new StreamWriter(alices)) writer.WriteLine("hello");
        Assert.Equal("hello", await got.WaitAsync(pair.Token));
    }

    [Fact]
    public async Task Options_that_say_too_little_are_refused_with_the_name_of_what_is_missing()
    {
        await using var pair = new PeerPair();
        (InMemorySignaling signaling, _) = InMemorySignaling.CreatePair();
        PeerConnectionOptions good = PeerPair.Options(pair.AliceIdentity, pair.BobIdentity.Id, Traversal.Ice.IceRole.Controlled);

        Assert.Contains("Accept", Assert.Throws<ArgumentException>(() => new PeerConnection(good with { Peer = null }, signaling)).Message, StringComparison.Ordinal);
        Assert.Contains("Protocols", Assert.Throws<ArgumentException>(() => new PeerConnection(good with { Protocols = [] }, signaling)).Message, StringComparison.Ordinal);
        Assert.Contains("IdleTimeout", Assert.Throws<ArgumentException>(() => new PeerConnection(good with { IdleTimeout = TimeSpan.Zero }, signaling)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => pair.Alice.Remote);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await pair.Alice.OpenStreamAsync(pair.Token));
    }

    [Fact]
    public async Task Disposing_ends_an_attempt_that_waits_for_ever()
    {
        await using var pair = new PeerPair();
        Task<PeerOutcome> connecting = pair.Alice.ConnectAsync(pair.Token);
        await pair.Alice.DisposeAsync();
        Assert.Equal(PeerStatus.Closed, (await connecting).Status);
        await pair.Alice.Closed.WaitAsync(pair.Token);
        Assert.Throws<ObjectDisposedException>(() => { _ = pair.Alice.ConnectAsync(pair.Token); });
    }

    internal static async Task<byte[]> ReadAllAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all, cancellationToken);
        return all.ToArray();
    }

    private static async Task EchoAsync(PeerStream stream, CancellationToken cancellationToken)
    {
        await stream.CopyToAsync(stream, cancellationToken);
        await stream.DisposeAsync();
    }
}
