using System.Net;
using Traversal.Server;
using Traversal.Service.Configuration;

namespace Traversal.Service.Tests;

public sealed class SettingLayersTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("traversal-settings-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Nothing_given_means_port_3478_everywhere_and_a_credential_of_its_own()
    {
        ServiceSettings settings = new SettingLayers().Build();

        Assert.Contains(ListenEndpoint.Parse("udp://0.0.0.0:3478"), settings.Server.Listeners);
        Assert.Contains(ListenEndpoint.Parse("tcp://0.0.0.0:3478"), settings.Server.Listeners);
        Assert.NotNull(settings.Generated);
        Assert.Equal(settings.Generated.Password, settings.Server.Users[settings.Generated.Username]);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 8080), settings.Http);
    }

    // RFC8489-16.1.1-1, RFC8489-9.2-3
    [Fact]
    public void Two_generated_credentials_differ() => Assert.NotEqual(GeneratedCredential.Create(), GeneratedCredential.Create());

    [Fact]
    public void A_given_credential_is_the_only_one()
    {
        ServiceSettings settings = Build(("user", "alice:with:colon"));

        Assert.Null(settings.Generated);
        Assert.Equal("with:colon", Assert.Single(settings.Server.Users).Value);
    }

    [Fact]
    public void TCP_allocations_are_off_until_they_are_switched_on()
    {
        var layers = new SettingLayers();
        Assert.False(layers.Build().Server.Relay.TcpRelay);
        layers.AddFile(Write("traversal.json", """{ "tcp-relay": true }"""));
        Assert.True(layers.Build().Server.Relay.TcpRelay);
        layers.Set(SettingKeys.Find("tcp-relay")!, "--tcp-relay", ["false"]);
        Assert.False(layers.Build().Server.Relay.TcpRelay);
    }

    [Fact]
    public void Flags_win_over_the_environment_which_wins_over_the_file()
    {
        var layers = new SettingLayers();
        layers.AddFile(Write("traversal.json", """{ "realm": "file", "workers": 2, "listen": ["udp://127.0.0.1:1", "udp://127.0.0.1:2"] }"""));
        layers.AddEnvironment(name => name switch { "TRAVERSAL_REALM" => "environment", "TRAVERSAL_LISTEN" => "udp://127.0.0.1:3,tcp://127.0.0.1:4", _ => null });
        layers.Set(SettingKeys.Find("listen")!, "--listen", ["udp://127.0.0.1:5"]);

        ServiceSettings settings = layers.Build();

        Assert.Equal("environment", settings.Server.Relay.Realm);
        Assert.Equal(2, settings.Server.Workers);
        Assert.Equal(ListenEndpoint.Parse("udp://127.0.0.1:5"), Assert.Single(settings.Server.Listeners));
    }

    [Fact]
    public void A_file_may_have_comments_and_trailing_commas()
    {
        var layers = new SettingLayers();
        layers.AddFile(Write("traversal.json", "{ // where\n \"realm\": \"example.org\", }"));

        Assert.Equal("example.org", layers.Build().Server.Relay.Realm);
    }

    [Theory]
    [InlineData("""{ "lisen": [] }""", "lisen in traversal.json")]
    [InlineData("""{ "realm": ["a"] }""", "realm in traversal.json")]
    [InlineData("""{ "workers": {} }""", "workers in traversal.json")]
    [InlineData("""{ "workers": 1, "workers": 2 }""", "workers in traversal.json")]
    [InlineData("""{ "listen": "udp://127.0.0.1:1", "tcp-relay": true }""", "tcp-relay in traversal.json")]
    [InlineData("""{ "listen": "tcp://127.0.0.1:1", "origin": "https://example.org" }""", "origin in traversal.json")]
    [InlineData("""{ "user": ["alice:one", "alice:two"] }""", "user in traversal.json")]
    [InlineData("""{ "workers": 1.5 }""", "workers in traversal.json")]
    [InlineData("""{ "realm": }""", "--config: traversal.json is not JSON at line 1")]
    [InlineData("[]", "--config: traversal.json is not a JSON object")]
    public void A_mistake_in_the_file_is_named(string json, string named)
    {
        var mistake = Assert.Throws<SettingsException>(() =>
        {
            var layers = new SettingLayers();
            layers.AddFile(Write("traversal.json", json));
            layers.Build();
        });

        Assert.Contains(named, mistake.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', mistake.Message);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        var mistake = Assert.Throws<SettingsException>(() => new SettingLayers().AddFile(Path.Combine(_folder, "none.json")));

        Assert.StartsWith("--config:", mistake.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("listen", "udp://localhost:1")]
    [InlineData("listen", "sctp://127.0.0.1:1")]
    [InlineData("listen", "127.0.0.1:1")]
    [InlineData("listen", "udp://127.0.0.1:65536")]
    [InlineData("relay-address", "1.2.3.4=::1")]
    [InlineData("relay-address", "0.0.0.0")]
    [InlineData("relay-address", "1.2.3.4=5.6.7.8=9.9.9.9")]
    [InlineData("relay-ports", "5000")]
    [InlineData("relay-ports", "5001-5000")]
    [InlineData("relay-ports", "0-70000")]
    [InlineData("realm", "")]
    [InlineData("user", "alice")]
    [InlineData("user", ":pass")]
    [InlineData("user", "alice:\u0001")]
    [InlineData("realm", "two\nlines")]
    [InlineData("realm", "a-realm-that-is-longer-than-forty-four-bytes.example.org")]
    [InlineData("auth-secret", "")]
    [InlineData("nonce-secret", "fifteen letters")]
    [InlineData("token-key", "key-1")]
    [InlineData("token-key", "=MDEyMzQ1Njc4OTAxMjM0NQ==")]
    [InlineData("token-key", "key-1=")]
    [InlineData("token-key", "key-1=not base64")]
    [InlineData("token-key", "key-1=MDEyMzQ1Njc4OTAxMjM0")]
    [InlineData("token-key", "key-1=MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEy")]
    [InlineData("token-key", "key\u0001=MDEyMzQ1Njc4OTAxMjM0NQ==")]
    [InlineData("token-server-name", "")]
    [InlineData("token-server-name", "no-key-with-it")]
    [InlineData("allow-peer", "10.0.0.0/33")]
    [InlineData("deny-peer", "everything")]
    [InlineData("workers", "-1")]
    [InlineData("workers", "many")]
    [InlineData("http", "8080")]
    [InlineData("http", "::1")]
    [InlineData("user-quota", "0")]
    [InlineData("source-quota", "x")]
    [InlineData("reply-rate", "1e3")]
    [InlineData("drain-timeout", "soon")]
    [InlineData("drain-timeout", "25h")]
    [InlineData("nat-discovery", "perhaps")]
    [InlineData("tcp-relay", "maybe")]
    [InlineData("copy-ip-headers", "both")]
    public void A_bad_value_is_one_line_that_names_the_option(string option, string value)
    {
        var mistake = Assert.Throws<SettingsException>(() => Build((option, value)));

        Assert.StartsWith("--" + option + ":", mistake.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', mistake.Message);
    }

    [Theory]
    [InlineData("user", "hunter2")]
    [InlineData("user", ":hunter2")]
    [InlineData("token-key", "hunter2")]
    [InlineData("token-key", "key-1=hunter2")]
    public void A_secret_is_not_repeated_in_a_message(string option, string value)
    {
        var mistake = Assert.Throws<SettingsException>(() => Build((option, value)));

        Assert.DoesNotContain("hunter2", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_may_stand_in_a_file_one_value_a_line()
    {
        string users = Write("users", "alice:one\n\n  bob:two  \n");

        ServiceSettings settings = Build(("user", "@" + users));

        Assert.Equal(["alice", "bob"], settings.Server.Users.Keys);
        Assert.Equal("two", settings.Server.Users["bob"]);
    }

    [Fact]
    public void Keys_of_access_tokens_are_credentials_too()
    {
        string keys = Write("keys", "key-1=MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\nkey-22=MDEyMzQ1Njc4OTAxMjM0NQ==\n");

        ServiceSettings settings = Build(("token-key", "@" + keys));

        Assert.Null(settings.Generated);
        Assert.Equal(["key-1", "key-22"], settings.Server.TokenKeys.Keys);
        Assert.Equal([32, 16], settings.Server.TokenKeys.Values.Select(key => key.Length));
        Assert.Equal("0123456789012345"u8, settings.Server.TokenKeys["key-22"]);
        Assert.Throws<SettingsException>(() => Build(("token-key", "@" + Write("twice", "k=MDEyMzQ1Njc4OTAxMjM0NQ==\nk=MDEyMzQ1Njc4OTAxMjM0NQ==\n"))));
    }

    [Theory]
    [InlineData("30s", 30)]
    [InlineData("5m", 300)]
    [InlineData("1h", 3600)]
    [InlineData("7", 7)]
    public void Times_have_units(string text, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Build(("drain-timeout", text)).Server.DrainTimeout);

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public void A_switch_is_on_or_off(string text, bool isOn) => Assert.Equal(isOn, Build(("nat-discovery", text)).Server.NatDiscovery);

    [Theory]
    [InlineData("NatDiscovery", "--nat-discovery")]
    [InlineData("CopyIPHeaders", "--copy-ip-headers")]
    [InlineData("Workers", "--workers")]
    [InlineData("KeyFile", "--key")]
    [InlineData("Nothing", null)]
    public void An_option_of_the_server_has_the_flag_of_its_name(string option, string? flag) => Assert.Equal(flag, SettingKeys.FlagOf(option));

    [Fact]
    public void Every_option_has_a_flag_a_variable_and_help()
    {
        foreach (SettingKey key in SettingKeys.All)
        {
            Assert.Equal("--" + key.Name, key.Flag);
            Assert.Matches("^TRAVERSAL_[A-Z0-9_]+$", key.Variable);
            Assert.EndsWith(".", key.Help, StringComparison.Ordinal);
        }
    }

    private static ServiceSettings Build(params (string Name, string Value)[] given)
    {
        var layers = new SettingLayers();
        foreach ((string name, string value) in given) layers.Set(SettingKeys.Find(name)!, "--" + name, [value]);
        return layers.Build();
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
