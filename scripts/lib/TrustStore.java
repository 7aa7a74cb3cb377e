import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;

/** Turns a bundle of PEM certificates, which Java cannot read, into a trust store, which it can. */
class TrustStore {
  public static void main(String[] arguments) throws Exception {
    var store = KeyStore.getInstance("JKS");
    store.load(null, null);
    try (var bundle = new FileInputStream(arguments[0])) {
      var number = 0;
      for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(bundle)) {
        store.setCertificateEntry("ca-" + number++, certificate);
      }
    }
    try (var file = new FileOutputStream(arguments[1])) {
      store.store(file, "changeit".toCharArray());
    }
  }
}
