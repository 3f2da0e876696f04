using System.Text;
using Traversal.Stun;

namespace Traversal.Server.Tests.Attacks;

/// <summary>
/// resiprocate reTurn#484 and eturnal: a quota that was read and never enforced; GHSA-f6hc-79w3-p8pq: one that a disconnect gave back; and one user with
/// many time-limited names.
/// </summary>
public sealed class QuotaEvasionTests
{
    private const string Secret = "north";

    [Fact]
    public async Task A_user_has_one_quota_whatever_its_addresses_and_names()
    {
        TurnServerOptions options = AttackServer.Options();
        options.Relay.MaxAllocationsPerUser = 2;
        options.AuthSecrets.Add(Secret);
        await using TurnServer server = await TestServer.StartAsync(options);
        using Attacker first = Named(server, "4000000001:bob", 1), second = Named(server, "4000000002:bob", 2), third = Named(server, "4000000003:bob", 3);
        using Attacker other = Named(server, "4000000003:eve", 3);

        Assert.Equal(0, first.Allocate());
        Assert.Equal(0, second.Allocate());
        Assert.Equal(486, third.Allocate());
        Assert.Equal(0, other.Allocate());
        Assert.Equal(0, first.Refresh(0));
        Assert.Equal(0, third.Allocate());
    }

    [Fact]
    public async Task A_source_has_one_quota_whatever_its_users()
    {
        TurnServerOptions options = AttackServer.Options();
        options.Relay.MaxAllocationsPerSource = 1;
        options.AuthSecrets.Add(Secret);
        await using TurnServer server = await TestServer.StartAsync(options);
        using Attacker first = Named(server, "4000000001:bob", 1), second = Named(server, "4000000001:eve", 1), elsewhere = Named(server, "4000000001:eve", 2);

        Assert.Equal(0, first.Allocate());
        Assert.Equal(486, second.Allocate());
        Assert.Equal(0, elsewhere.Allocate());
    }

    [Fact]
    public async Task A_client_that_disconnects_gets_back_what_it_had_and_no_more()
    {
        TurnServerOptions options = AttackServer.Options();
        options.Relay.MaxAllocationsPerUser = 2;
        await using TurnServer server = await TestServer.StartAsync(options);
        using var held = new Attacker(server.Udp());
        Assert.Equal(0, held.Allocate());
        for (int cycle = 0; cycle < 20; cycle++)
        {
            using (var attacker = new Attacker(server.Tcp())) Assert.Equal(0, attacker.Allocate());
            await RelayingTests.Eventually(() => server.Allocations == 1);
        }

        using Attacker last = new(server.Udp()), beyond = new(server.Udp());
        Assert.Equal(0, last.Allocate());
        Assert.Equal(486, beyond.Allocate());
    }

    [Fact]
    public async Task A_credential_whose_time_is_over_makes_no_allocation()
    {
        TurnServerOptions options = AttackServer.Options();
        options.AuthSecrets.Add(Secret);
        await using TurnServer server = await TestServer.StartAsync(options);
        using Attacker expired = Named(server, "1700000000:bob", 1);

        Assert.Equal(401, expired.Allocate());
    }

    private static Attacker Named(TurnServer server, string user, int host)
    {
        Span<byte> password = stackalloc byte[RestCredential.PasswordLength];
        RestCredential.DerivePassword(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(user), password, out int length);
        return new Attacker(server.Udp(), user, Encoding.ASCII.GetString(password[..length]), $"127.0.0.{host}");
    }
}
