using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Traversal.Server.Tests.Tls;
using Traversal.Transport.Streams;

namespace Traversal.Server.Tests.Attacks;

/// <summary>
/// TLS exhaustion, and handshakes that ask for less than is safe (GHSA-5x2p-4vqj-f6m4 and the option of coturn that lowers the version are about DTLS,
/// which there is none of). What is no handshake at all is in <c>TlsListenerTests</c>.
/// </summary>
public sealed class TlsAttackTests
{
    private const ushort Tls12 = 0x0303;
    private const byte AlertRecord = 21, HandshakeRecord = 22, ApplicationRecord = 23;
    private const byte HandshakeFailure = 40;

    // RSA without forward secrecy, 3DES, RC4, export, anonymous, NULL, CBC (RFC 9325 section 4).
    public static readonly TheoryData<ushort> WeakSuites = new((ushort[])[0x0000, 0x0003, 0x0005, 0x000A, 0x002F, 0x0035, 0x003C, 0x009C, 0x0034, 0x0033, 0xC009, 0xC013, 0xC014, 0xC018, 0xC023, 0xC024, 0xC027]);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [MemberData(nameof(WeakSuites))]
    public async Task A_weak_cipher_suite_is_refused_with_an_alert(ushort suite)
    {
        await using TurnServer server = await StartAsync();
        using Socket socket = await ConnectAsync(server);
        await socket.SendAsync(ClientHello(suite));

        Assert.Equal((AlertRecord, HandshakeFailure), await AnswerAsync(socket));
        await RelayingTests.Eventually(() => server.StreamCounters!.FailedUpgrades(UpgradeFailure.Handshake) == 1);
    }

    [Fact]
    public async Task The_same_ClientHello_with_a_good_suite_beside_it_is_answered()
    {
        await using TurnServer server = await StartAsync();
        using Socket socket = await ConnectAsync(server);
        await socket.SendAsync(ClientHello(0x002F, 0xC02B)); // The certificate made for first use has a key of ECDSA.

        Assert.Equal(HandshakeRecord, (await AnswerAsync(socket)).Type);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(60)]
    public async Task Half_a_handshake_ends_by_the_deadline_and_others_are_served(int length)
    {
        await using TurnServer server = await StartAsync(options => options.Streams.FirstFrameTimeout = TimeSpan.FromSeconds(1));
        Socket[] attackers = [.. await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => ConnectAsync(server)))];
        foreach (Socket attacker in attackers) await attacker.SendAsync(ClientHello(0xC02B).AsMemory(0, length));

        using (TurnTestClient honest = TurnTestClient.Over(await TlsTestClient.ConnectAsync(server.Tls()))) Assert.Equal(0, await honest.AllocateAsync());
        await RelayingTests.Eventually(() => server.StreamCounters!.FailedUpgrades(UpgradeFailure.Handshake) == attackers.Length);
        foreach (Socket attacker in attackers) await TcpRelay.Bytes.ExpectGoneAsync(new NetworkStream(attacker, ownsSocket: true));
    }

    [Fact]
    public async Task A_handshake_that_breaks_off_is_counted_and_nothing_else()
    {
        await using TurnServer server = await StartAsync();
        byte[] hello = ClientHello(0xC02B);
        for (int length = 1; length < hello.Length; length += 7)
        {
            using Socket socket = await ConnectAsync(server);
            await socket.SendAsync(hello.AsMemory(0, length));
        }

        await RelayingTests.Eventually(() => server.StreamCounters!.FailedUpgrades(UpgradeFailure.Handshake) == (hello.Length + 5) / 7);
        using TurnTestClient honest = TurnTestClient.Over(await TlsTestClient.ConnectAsync(server.Tls()));
        Assert.Equal(0, await honest.AllocateAsync());
    }

    // A record of 16,384 bytes may be longer by 2,048 at most when it is encrypted, by 256 in TLS 1.3 (RFC 5246 section 6.2.3, RFC 8446 section 5.2).
    [Theory]
    [InlineData(SslProtocols.Tls12, 16_384 + 2_049)]
    [InlineData(SslProtocols.Tls12, 0xFFFF)]
    [InlineData(SslProtocols.Tls12, 100)]
    [InlineData(SslProtocols.Tls13, 16_384 + 257)]
    [InlineData(SslProtocols.Tls13, 0xFFFF)]
    [InlineData(SslProtocols.Tls13, 100)]
    public async Task A_record_that_is_too_long_or_forged_ends_its_connection(SslProtocols protocol, int length)
    {
        await using TurnServer server = await StartAsync();
        using TurnTestClient bystander = TurnTestClient.Over(await TlsTestClient.ConnectAsync(server.Tls()));
        using Socket socket = await ConnectAsync(server);
        var plain = new NetworkStream(socket);
        using var tls = new SslStream(plain, leaveInnerStreamOpen: true);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "127.0.0.1",
            EnabledSslProtocols = protocol,
            RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null,
        });
        using TurnTestClient client = TurnTestClient.Over(tls, leaveOpen: true);
        await client.BindingAsync();

        byte[] record = new byte[5 + length];
        (record[0], record[1], record[2]) = (ApplicationRecord, Tls12 >> 8, Tls12 & 0xFF);
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(3), (ushort)length);
        await plain.WriteAsync(record);

        await RelayingTests.Eventually(() => server.StreamCounters!.Closed(StreamCloseReason.Broken) == 1);
        await TcpRelay.Bytes.ExpectGoneAsync(plain);
        Assert.Equal(0, await bystander.AllocateAsync());
    }

    private static Task<TurnServer> StartAsync(Action<TurnServerOptions>? configure = null)
    {
        TurnServerOptions options = AttackServer.Options();
        options.Listeners.Add(ListenEndpoint.Parse("tls://127.0.0.1:0"));
        configure?.Invoke(options);
        return TestServer.StartAsync(options);
    }

    private static async Task<Socket> ConnectAsync(TurnServer server)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.Tls().Address.ToIPEndPoint());
        return socket;
    }

    private static async Task<(byte Type, byte Alert)> AnswerAsync(Socket socket)
    {
        byte[] answer = new byte[7];
        await new NetworkStream(socket).ReadExactlyAsync(answer).AsTask().WaitAsync(Patience);
        return (answer[0], answer[0] == AlertRecord ? answer[6] : (byte)0);
    }

    /// <summary>A ClientHello of TLS 1.2 (RFC 5246 section 7.4.1.2) that lacks nothing: only its suites can be refused.</summary>
    private static byte[] ClientHello(params ushort[] suites)
    {
        byte[] extensions =
        [
            0, 10, 0, 6, 0, 4, 0, 23, 0, 29, // supported_groups: secp256r1, x25519.
            0, 11, 0, 2, 1, 0, // ec_point_formats: uncompressed.
            0, 13, 0, 10, 0, 8, 4, 3, 8, 4, 4, 1, 2, 1, // signature_algorithms: ECDSA and RSA with SHA-256, RSA with SHA-1.
        ];
        byte[] body =
        [
            Tls12 >> 8, Tls12 & 0xFF, .. new byte[32], 0, 0, (byte)(2 * suites.Length), .. suites.SelectMany(suite => new[] { (byte)(suite >> 8), (byte)suite }),
            1, 0, 0, (byte)extensions.Length, .. extensions,
        ];
        return [HandshakeRecord, 3, 1, 0, (byte)(body.Length + 4), 1, 0, 0, (byte)body.Length, .. body];
    }
}
