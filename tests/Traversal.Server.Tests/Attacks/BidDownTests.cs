using Traversal.Stun;
using Traversal.Turn.Tests.Server;

namespace Traversal.Server.Tests.Attacks;

/// <summary>Somebody on the path takes the better algorithm out of the offer (RFC 8489 section 9.2.1); no other server notices.</summary>
public sealed class BidDownTests
{
    private readonly TestRelay _relay = new(options => options.OfferSha256 = true);

    [Fact]
    public void A_list_that_is_not_the_one_offered_is_refused()
    {
        var client = new TestClient(_relay);
        Assert.Equal(437, client.Refresh().Code);

        Sent sent = client.Request(StunMethod.Refresh, (ref writer) =>
        {
            writer.AddPasswordAlgorithms(StunAttributeType.PasswordAlgorithms, [PasswordAlgorithm.Md5]);
            writer.AddPasswordAlgorithms(StunAttributeType.PasswordAlgorithm, [PasswordAlgorithm.Md5]);
        });

        Assert.Equal(400, sent.Code);
    }

    [Fact]
    public void A_nonce_that_hides_what_was_offered_is_stale()
    {
        var client = new TestClient(_relay);
        client.Refresh();
        byte[] hidden = [.. client.Nonce];
        NonceCookie.Write(StunSecurityFeatures.None, hidden);
        client.Nonce = hidden;

        Assert.Equal(438, client.Refresh().Code);
    }
}
