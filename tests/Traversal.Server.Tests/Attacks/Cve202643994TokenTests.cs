using System.Buffers.Binary;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn;
using Traversal.Turn.Server;
using Traversal.Turn.Tests.Server;
using Traversal.Turn.Tests.Server.Tokens;

namespace Traversal.Server.Tests.Attacks;

/// <summary>
/// CVE-2026-43994: coturn believed the length of the nonce in an ACCESS-TOKEN before it had authenticated the token, and wrote past its stack. Here a
/// token has one of few forms, and what is forged costs no more than two blocks of a cipher.
/// </summary>
public sealed class Cve202643994TokenTests
{
    private const int Requests = 2_000;

    private static readonly int[] NonceLengths = [0, 1, 11, 13, 64, 255, 256, 257, 735, 1000, 0x7FFF, 0xFFFF];

    private readonly TokenIssuer _issuer = new();

    [Fact]
    public async Task A_token_that_says_its_nonce_is_longer_is_401_and_the_server_goes_on()
    {
        TurnServerOptions options = AttackServer.Options();
        options.TokenKeys[_issuer.KeyId] = _issuer.KeyBytes;
        await using TurnServer server = await TestServer.StartAsync(options);
        IssuedToken token = _issuer.Issue(DateTimeOffset.UtcNow, serverName: TurnTestClient.Realm);
        using var attacker = new Attacker(server.Udp(), _issuer.KeyId, key: token.Key);
        foreach (int nonceLength in NonceLengths)
        {
            foreach (int length in (int[])[0, 1, 2, 3, 45, 46, 64, 78, 79, 256, 750])
            {
                byte[] value = new byte[length];
                token.Bytes.AsSpan(0, Math.Min(length, token.Bytes.Length)).CopyTo(value);
                if (length >= 2) BinaryPrimitives.WriteUInt16BigEndian(value, (ushort)nonceLength);
                Assert.Equal(401, attacker.Allocate((ref StunMessageWriter writer) => writer.Add(StunAttributeType.AccessToken, value)));
            }
        }

        Assert.Equal(0, attacker.Allocate((ref StunMessageWriter writer) => writer.Add(StunAttributeType.AccessToken, token.Bytes)));
        Assert.Equal(1, server.Count(RelayCounter.AllocationsCreated));
    }

    [Theory]
    [InlineData(64)]
    [InlineData(48)]
    [InlineData(1000)]
    public void A_flood_of_forged_tokens_leaves_nothing_behind(int length)
    {
        var relay = new TestRelay(options => options.RepliesPerSecond = 0, CredentialSnapshot.Create(TestRelay.Realm, tokenKeys: [_issuer.Key]));
        byte[] forged = new byte[length];
        forged[1] = 12;
        var client = new TestClient(relay) { User = _issuer.KeyId, Token = forged };
        Build build = (ref StunMessageWriter writer) => writer.AddRequestedTransport(TransportProtocol.Udp);
        client.Nonce = client.Bare(StunMethod.Allocate, build).Nonce;
        byte[] request = client.Message(StunMethod.Allocate, build, TestClient.NewId(), authenticate: true), reply = new byte[RelayMachine.MinReplyLength];
        Flood(relay, request, reply);

        long before = GC.GetAllocatedBytesForCurrentThread(), refused = relay.Machine.Counters[RelayCounter.Unauthenticated];
        Flood(relay, request, reply);

        Assert.Equal(0, (GC.GetAllocatedBytesForCurrentThread() - before) / Requests);
        Assert.Equal(Requests, relay.Machine.Counters[RelayCounter.Unauthenticated] - refused);
        Assert.Equal(0, relay.Machine.AllocationCount);
        Assert.Equal(MonotonicTime.Never, relay.Machine.NextDeadline);
    }

    private static void Flood(TestRelay relay, byte[] request, byte[] reply)
    {
        TransportAddress client = TransportAddress.Parse("198.1.0.7:40000");
        for (int i = 0; i < Requests; i++) relay.Machine.OnClientDatagram(TestRelay.Udp, in client, request, reply, relay.Clock);
    }
}
